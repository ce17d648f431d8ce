import { render, screen } from '@testing-library/react';
import App from './App';

describe('App', () => {
  it('asks an unknown visitor to sign in, and says that it is the sandbox', async () => {
    process.env = {
      NODE_ENV: 'test',
      APP_CONFIG: [
        {
          data: {
            app: { title: 'Test', baseUrl: 'http://localhost:3000' },
            auth: { providers: { guest: {} } },
            backend: { baseUrl: 'http://localhost:7007' },
            sandbox: {
              github: { port: 4010 },
              kubernetes: { clusters: [{ name: 'staging' }] },
            },
            techdocs: {
              storageUrl: 'http://localhost:7007/api/techdocs/static/docs',
            },
          },
          context: 'test',
        },
      ] as any,
    };

    render(App.createRoot());

    expect(
      await screen.findByRole('button', { name: 'Enter' }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('complementary', { name: 'Sandbox' }),
    ).toHaveTextContent('Nothing leaves this machine.');
  });
});

import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { sandboxBanner } from './sandboxBanner';

export const sandboxModule = createFrontendModule({
  pluginId: 'app',
  extensions: [sandboxBanner],
});

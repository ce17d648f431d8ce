import {
  AppRootElementBlueprint,
  configApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import { RiTestTubeLine } from '@remixicon/react';
import styles from './sandboxBanner.module.css';

/** Stands on every page while the sandbox is on, so that nobody takes it for the real thing. */
export const SandboxBanner = () => {
  const port = useApi(configApiRef).getOptionalNumber('sandbox.github.port');
  if (port === undefined) {
    return null;
  }
  return (
    <aside className={styles.banner} aria-label="Sandbox">
      <RiTestTubeLine size={16} aria-hidden />
      <span>
        <strong>This is the sandbox.</strong> Nothing leaves this machine.
      </span>
      <a
        href={`http://127.0.0.1:${port}/acme`}
        target="_blank"
        rel="noreferrer"
      >
        Its Git repositories
      </a>
    </aside>
  );
};

export const sandboxBanner = AppRootElementBlueprint.make({
  name: 'sandbox-banner',
  params: { element: <SandboxBanner /> },
});

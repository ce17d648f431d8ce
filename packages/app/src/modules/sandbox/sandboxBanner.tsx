import {
  AppRootElementBlueprint,
  configApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import { RiTestTubeLine } from '@remixicon/react';
import styles from './sandboxBanner.module.css';

/** Stands on every page while the sandbox is on, so that nobody takes it for the real thing. */
export const SandboxBanner = () => {
  const config = useApi(configApiRef);
  const port = config.getOptionalNumber('sandbox.github.port');
  const clusters =
    config.getOptionalConfigArray('sandbox.kubernetes.clusters') ?? [];
  if (port === undefined) {
    return null;
  }
  return (
    <aside className={styles.banner} aria-label="Sandbox">
      <RiTestTubeLine size={16} aria-hidden />
      <span>
        {clusters.length > 0 ? (
          <>
            <strong>This is the sandbox.</strong> Nothing leaves this machine.
          </>
        ) : (
          <>
            <strong>GitHub is played by this machine.</strong> The cluster is
            real.
          </>
        )}
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

import { createBackend } from '@backstage/backend-defaults';
import { serveCalls } from '../processes/ipc';
import { startProfile, stopProfile } from '../processes/profile';
import { usage } from '../processes/usage';
import { benchPlugin } from './benchPlugin';
import { benchSignIn } from './signIn';

/** With `flux` it is ours, which answers the floor too; without, the baseline. `direct` goes without the proxy. */
const parts = new Set(process.argv.slice(2));

const backend = createBackend();
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-kubernetes-backend'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(
  import('@backstage/plugin-permission-backend-module-allow-all-policy'),
);
backend.add(benchPlugin);
backend.add(benchSignIn);
if (parts.has('flux')) {
  backend.add(import('@backstage-flux/plugin-flux-backend'));
}
if (parts.has('direct')) {
  backend.add(import('@backstage-flux/plugin-kubernetes-backend-module-flux'));
}

backend.start().then(
  () => serveCalls({ usage, startProfile, stopProfile }),
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);

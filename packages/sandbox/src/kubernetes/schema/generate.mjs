// Writes builtinTypes.json: the fields of the built-in kinds, from the generated models of
// @kubernetes/client-node. Run it with the path of that package to follow a newer Kubernetes:
//   node generate.mjs ../../../../../node_modules/@kubernetes/client-node
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const models = join(process.argv[2], 'dist/gen/models');
const kinds = {
  v1: 'Namespace Pod Service ServiceAccount ConfigMap Secret Node PersistentVolumeClaim Endpoints ResourceQuota LimitRange ReplicationController',
  'apps/v1': 'Deployment ReplicaSet StatefulSet DaemonSet',
  'batch/v1': 'Job CronJob',
  'networking.k8s.io/v1': 'Ingress NetworkPolicy',
  'rbac.authorization.k8s.io/v1':
    'Role RoleBinding ClusterRole ClusterRoleBinding',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'policy/v1': 'PodDisruptionBudget',
  'coordination.k8s.io/v1': 'Lease',
};

const types = {};
function add(name) {
  if (types[name] || !existsSync(join(models, `${name}.js`))) {
    return;
  }
  const source = readFileSync(join(models, `${name}.js`), 'utf8');
  const declaration = readFileSync(join(models, `${name}.d.ts`), 'utf8');
  const map = JSON.parse(
    /attributeTypeMap = (\[[\s\S]*?\n\]|\[\]);/.exec(source)[1],
  );
  types[name] = {};
  for (const { name: property, baseName, type } of map) {
    const required = declaration.includes(`\n    '${property}': `);
    types[name][baseName] = `${type}${required ? '!' : ''}`;
    for (const inner of type.match(/[A-Z][A-Za-z0-9]+/g) ?? []) {
      add(inner);
    }
  }
}

const roots = {};
for (const [apiVersion, names] of Object.entries(kinds)) {
  for (const kind of names.split(' ')) {
    const prefix = apiVersion.startsWith('autoscaling') ? 'V2' : 'V1';
    roots[`${apiVersion}/${kind}`] = prefix + kind;
    add(prefix + kind);
  }
}
add('V1ObjectMeta');
writeFileSync(
  join(import.meta.dirname, 'builtinTypes.json'),
  `${JSON.stringify({ kinds: roots, types }, null, 1)}\n`,
);

interface Needed {
  /** What brings the group to a cluster. */
  install: string;
  /** What else somebody can do who fills in a form. */
  instead: string;
}

const ANOTHER_CLUSTER = 'choose another cluster';

const FLUX: Record<string, string> = {
  source: 'source-controller',
  kustomize: 'kustomize-controller',
  helm: 'helm-controller',
  image: 'image-reflector-controller and image-automation-controller',
  notification: 'notification-controller',
};

const OTHERS: Record<string, Needed> = {
  'projectcontour.io': {
    install: 'Contour',
    instead: 'choose another exposure',
  },
  'cert-manager.io': {
    install: 'cert-manager',
    instead: 'choose another exposure',
  },
  'flagger.app': {
    install: 'Flagger',
    instead: 'choose the rolling rollout',
  },
  'gateway.networking.k8s.io': {
    install: 'the Gateway API',
    instead: 'choose another exposure',
  },
};

/** What to install for an API that a cluster lacks, e.g. of `projectcontour.io/v1`, and what to do instead. */
export function neededFor(apiVersion: string): Needed {
  const [group] = apiVersion.split('/');
  const flux = /^([a-z]+)\.(toolkit|extensions)\.fluxcd\.io$/.exec(group);
  if (flux) {
    return {
      install: `Flux 2.9 with ${FLUX[flux[1]] ?? 'all its components'}`,
      instead: ANOTHER_CLUSTER,
    };
  }
  return (
    OTHERS[group] ?? {
      install: `what brings ${apiVersion}`,
      instead: ANOTHER_CLUSTER,
    }
  );
}

import { CustomErrorBase } from '@backstage/errors';

/** An answer that no Kubernetes API server gives, or a broken one. */
export class NotKubernetesError extends CustomErrorBase {
  name = 'NotKubernetesError' as const;

  constructor(message = 'its answer isn’t one of a Kubernetes API server') {
    super(message);
  }
}

import type { Explanation, Rule } from './types';

/** The words for every wait for a first image, by which such a wait is known again. */
export const FIRST_IMAGE = 'for the first image';

/** Registries and policies. */
export const imageRules: Rule[] = [
  {
    test: /NAME_UNKNOWN|MANIFEST_UNKNOWN|repository name not known/,
    words: (_, p) => {
      if (p.image?.tagCount) {
        return {
          short: 'the image is gone',
          sentence: `${
            p.image.image ?? 'The image'
          } is no longer in the registry.`,
          remedy: 'Publish the image again, or correct spec.image.',
        };
      }
      return {
        short: FIRST_IMAGE,
        sentence: `${p.image?.image ?? 'The image'} has no tags yet.`,
        waits: true,
      };
    },
  },
  {
    test: /no tags in database/,
    words: () => ({
      short: FIRST_IMAGE,
      sentence: 'No image has been published yet.',
      waits: true,
    }),
  },
  {
    test: /version list argument cannot be empty|unable to determine latest version/,
    words: (_, p) => ({
      short: 'no tag matches',
      detail: `no tag of the image matches ${p.image?.pattern ?? 'the policy'}`,
      sentence: `No tag of the image matches ${
        p.image?.pattern ? `the pattern ${p.image.pattern}` : 'the policy'
      }.`,
      remedy: 'Publish an image with such a tag, or correct the policy.',
    }),
  },
];

const PULL: Record<string, string> = {
  ImagePullBackOff: 'cannot be pulled',
  ErrImagePull: 'cannot be pulled',
  ErrImageNeverPull: 'is not on the node',
  InvalidImageName: 'is not a valid image name',
  RegistryUnavailable: 'cannot be pulled: its registry does not answer',
};

/** Words for why a container does not run; undefined where it is only starting. */
export function waitingWords(
  reason: string,
  image: string | undefined,
): Explanation | undefined {
  const what = image ? `The image ${image}` : 'Its image';
  if (PULL[reason]) {
    return {
      short: `image ${PULL[reason]}`,
      detail: `${what.replace(/^T|^I/, c => c.toLowerCase())} ${PULL[reason]}`,
      sentence: `${what} ${PULL[reason]}.`,
      remedy:
        'Check that the tag exists in the registry, and that the cluster may pull it.',
      verb: 'can’t start',
    };
  }
  if (reason === 'CrashLoopBackOff') {
    return {
      short: 'crashes at start',
      sentence: 'Its container ends again and again.',
      remedy: 'Read the log of the container before its last restart.',
      verb: 'can’t start',
    };
  }
  if (
    /^(CreateContainerConfigError|CreateContainerError|RunContainerError|StartError)$/.test(
      reason,
    )
  ) {
    return {
      short: 'container cannot be created',
      sentence:
        'Its container cannot be created: often a Secret or ConfigMap that it names is missing.',
      remedy: 'Read the pod’s events; they name what is missing.',
      verb: 'can’t start',
    };
  }
  return undefined;
}

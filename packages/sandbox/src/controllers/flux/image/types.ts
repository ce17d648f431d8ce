const apiVersion = 'image.toolkit.fluxcd.io/v1';

export const IMAGE_REPOSITORY = { apiVersion, kind: 'ImageRepository' };
export const IMAGE_POLICY = { apiVersion, kind: 'ImagePolicy' };
export const IMAGE_UPDATE_AUTOMATION = {
  apiVersion,
  kind: 'ImageUpdateAutomation',
};

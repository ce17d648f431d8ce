// The Kubernetes plugin imports this package for the certificates of https clusters. It is an ES module,
// which Jest can't load; the clusters of the tests speak plain http and need nothing of it.
jest.mock('@kubernetes/client-node', () => ({
  bufferFromFileOrString: () => undefined,
  KubeConfig: class {},
}));

// Most tests start a backend of several plugins
jest.setTimeout(30_000);

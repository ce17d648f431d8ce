// The Kubernetes plugin imports this package for the certificates of https clusters. It is an ES module,
// which Jest can't load.
jest.mock('@kubernetes/client-node', () => ({
  bufferFromFileOrString: (_file?: string, data?: string) =>
    data ? Buffer.from(data, 'base64') : null,
  KubeConfig: class {},
}));

// Most tests start a backend
jest.setTimeout(30_000);

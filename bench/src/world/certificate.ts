import { generate } from 'selfsigned';

/** For servers on loopback. */
export async function certificate(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate(
    [{ name: 'commonName', value: '127.0.0.1' }],
    {
      keyType: 'ec',
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    },
  );
  return { key, cert };
}

const MODULUS = 65521;

/** RFC 1950's checksum; Node's zlib has only CRC-32. */
export function adler32(text: string): number {
  let a = 1;
  let b = 0;
  for (const byte of Buffer.from(text)) {
    a = (a + byte) % MODULUS;
    b = (b + a) % MODULUS;
  }
  return b * 65536 + a;
}

// X25519, HMAC, HKDF and CCM written out a second time, from the RFCs, on nothing but SHA-256 and one AES block: what
// checks the golden vectors must not share their library's mode code.
import { createCipheriv, createHash } from 'node:crypto';

const P = 2n ** 255n - 19n;
const A24 = 121665n;
const mod = (value: bigint): bigint => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let factor = mod(base), rest = exponent; rest > 0n; rest >>= 1n, factor = mod(factor * factor))
    if (rest & 1n) result = mod(result * factor);
  return result;
}
const numberOf = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const bytesOfNumber = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));

/** RFC 7748, section 5: the Montgomery ladder over whole numbers. */
export function x25519(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  let k = numberOf(scalar) & ~7n;
  k &= 2n ** 255n - 1n;
  k |= 2n ** 254n;
  const x1 = mod(numberOf(point) & (2n ** 255n - 1n));
  let [x2, z2, x3, z3] = [1n, 0n, x1, 1n];
  let swapped = 0n;
  for (let bit = 254n; bit >= 0n; bit--) {
    const one = (k >> bit) & 1n;
    if (swapped !== one) [x2, x3, z2, z3] = [x3, x2, z3, z2];
    swapped = one;
    const [a, b, c, d] = [x2 + z2, x2 - z2, x3 + z3, x3 - z3];
    const [aa, bb, da, cb] = [mod(a * a), mod(b * b), mod(d * a), mod(c * b)];
    const e = aa - bb;
    x3 = mod((da + cb) ** 2n);
    z3 = mod(x1 * mod((da - cb) ** 2n));
    x2 = mod(aa * bb);
    z2 = mod(e * mod(aa + A24 * e));
  }
  if (swapped) [x2, z2] = [x3, z3];
  return bytesOfNumber(mod(x2 * power(z2, P - 2n)));
}
export const X25519_BASE = bytesOfNumber(9n);

export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
export const sha256 = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash('sha256').update(bytes).digest());

/** RFC 2104 with SHA-256. */
export function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(
    join(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  );
  return sha256(
    join(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

/** RFC 5869. */
export function hkdf(salt: Uint8Array, ikm: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const prk = hmac(salt, ikm);
  let block = new Uint8Array(0);
  let output = new Uint8Array(0);
  for (let count = 1; output.length < length; count++) {
    block = Uint8Array.from(hmac(prk, join(block, info, Uint8Array.of(count))));
    output = Uint8Array.from(join(output, block));
  }
  return output.slice(0, length);
}

function aesBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Uint8Array.from(cipher.update(block));
}
const xor = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  left.map((byte, index) => byte ^ (right[index] ?? 0));
const padded = (bytes: Uint8Array): Uint8Array =>
  join(bytes, new Uint8Array((16 - (bytes.length % 16)) % 16));

/** RFC 3610 with L = 2 (a nonce of 13 bytes) and M = 8: ciphertext ‖ tag. */
export function ccmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const flags = (aad.length > 0 ? 0x40 : 0) | (((8 - 2) / 2) << 3) | 1;
  const first = join(
    Uint8Array.of(flags),
    nonce,
    Uint8Array.of(plaintext.length >> 8, plaintext.length & 0xff),
  );
  const header = aad.length > 0 ? padded(join(Uint8Array.of(aad.length >> 8, aad.length & 0xff), aad)) : aad;
  const input = join(first, header, padded(plaintext));
  let mac = new Uint8Array(16);
  for (let at = 0; at < input.length; at += 16)
    mac = Uint8Array.from(aesBlock(key, xor(mac, input.slice(at, at + 16))));
  const stream = (count: number): Uint8Array =>
    aesBlock(key, join(Uint8Array.of(1), nonce, Uint8Array.of(0, count)));
  const sealed: number[] = [];
  for (let at = 0; at < plaintext.length; at += 16)
    sealed.push(...xor(plaintext.slice(at, at + 16), stream(1 + at / 16)));
  return join(Uint8Array.from(sealed), xor(mac.slice(0, 8), stream(0)));
}

import { describe, expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { createEphemeralKey } from '../../protocol/handshake.ts';
import { bytesOf } from './examples.ts';
import { X25519_BASE, ccmSeal, hkdf, hmac, x25519 } from './primitives.ts';

const ALICE = {
  secret: bytesOf('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'),
  publicHex: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
};
const BOB = {
  secret: bytesOf('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'),
  publicHex: 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
};
const SHARED_HEX = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';

/** u-coordinates of low order, and their twins above the prime (RFC 7748, section 6.1; the list of curve25519.html). */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map(bytesOf);

describe('the published vectors of the primitives, in the implementation that checks ours', () => {
  it('X25519: RFC 7748, 5.2 and 6.1', () => {
    expect(
      toHex(
        x25519(
          bytesOf('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4'),
          bytesOf('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c'),
        ),
      ),
    ).toBe('c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552');
    expect(toHex(x25519(ALICE.secret, X25519_BASE))).toBe(ALICE.publicHex);
    expect(toHex(x25519(BOB.secret, X25519_BASE))).toBe(BOB.publicHex);
    expect(toHex(x25519(ALICE.secret, bytesOf(BOB.publicHex)))).toBe(SHARED_HEX);
  });

  it('HMAC-SHA256: RFC 4231, 2', () => {
    const text = new TextEncoder().encode('what do ya want for nothing?');
    expect(toHex(hmac(new TextEncoder().encode('Jefe'), text))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('HKDF-SHA256: RFC 5869, A.1 and A.3', () => {
    const ikm = new Uint8Array(22).fill(0x0b);
    expect(toHex(hkdf(bytesOf('000102030405060708090a0b0c'), ikm, bytesOf('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
    expect(toHex(hkdf(new Uint8Array(0), ikm, new Uint8Array(0), 42))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('AES-128-CCM: RFC 3610, packet vector 1', () => {
    const packet = Uint8Array.from({ length: 0x1f }, (_, index) => index);
    const sealed = ccmSeal(
      bytesOf('c0c1c2c3c4c5c6c7c8c9cacbcccdcecf'),
      bytesOf('00000003020100a0a1a2a3a4a5'),
      packet.slice(0, 8),
      packet.slice(8),
    );
    expect(toHex(sealed)).toBe('588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0');
  });
});

describe('an ephemeral key', () => {
  it('gives the public key and the shared secret of RFC 7748', () => {
    const alice = createEphemeralKey(ALICE.secret);
    expect(toHex(alice.publicKey)).toBe(ALICE.publicHex);
    expect(toHex(alice.agree(bytesOf(BOB.publicHex)) ?? new Uint8Array())).toBe(SHARED_HEX);
  });

  it('agrees on nothing with a point of low order, or with bytes of another length; it does not throw', () => {
    const key = createEphemeralKey(ALICE.secret);
    for (const point of LOW_ORDER) {
      expect(x25519(ALICE.secret, point)).toEqual(new Uint8Array(32));
      expect(key.agree(point)).toBeUndefined();
    }
    for (const length of [0, 1, 31, 33, 64])
      expect(key.agree(new Uint8Array(length).fill(9))).toBeUndefined();
  });
});

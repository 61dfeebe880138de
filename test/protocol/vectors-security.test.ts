// The security part of the golden vectors, computed once more from the RFCs: no line of ours makes what it is held to.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { decodeHandshake } from '../../protocol/handshake-messages.ts';
import { parseLabel } from '../../protocol/label.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createSealedEnvelope, createSessionKeys } from '../../protocol/sealing.ts';
import { createReassembler } from '../../protocol/segments.ts';
import { bytesOf } from './examples.ts';
import { X25519_BASE, ccmSeal, hkdf, hmac, join, sha256, x25519 } from './primitives.ts';

interface Exchange {
  readonly label: string;
  readonly secretHex: string;
  readonly controllerIdHex: string;
  readonly beltIdHex: string;
  readonly bootEpochHex?: string;
  readonly controllerPrivateKeyHex: string;
  readonly beltPrivateKeyHex: string;
  readonly helloHex: string;
  readonly offerHex: string;
  readonly sharedHex: string;
  readonly transcriptHex: string;
  readonly confirmKeyHex: string;
  readonly proofHex: string;
  readonly doneHex: string;
  readonly longTermKeyHex?: string;
  readonly keyToBeltHex?: string;
  readonly keyToControllerHex?: string;
  readonly sessionIdHex?: string;
}
interface Security {
  readonly labels: readonly { secretHex: string; text: string }[];
  readonly pairing: Exchange;
  readonly session: Exchange;
  readonly refusals: readonly { code: string; messageHex: string }[];
  readonly helloFramesHex: readonly string[];
  readonly sealed: {
    readonly keyToBeltHex: string;
    readonly keyToControllerHex: string;
    readonly sessionIdHex: string;
    readonly frames: readonly {
      name: string;
      direction: 'toBelt' | 'toController';
      type: number;
      counter: number;
      bodyHex: string;
      frameHex: string;
    }[];
    readonly refusedByTheBelt: readonly { name: string; frameHex: string; problem: string }[];
  };
}
const FILE = new URL('../../protocol/vectors.json', import.meta.url);
const { security } = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly security: Security };
const { sealed } = security;
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const keys = () =>
  createSessionKeys(
    join(...[sealed.keyToBeltHex, sealed.keyToControllerHex, sealed.sessionIdHex].map(bytesOf)),
  );

describe('the security vectors, computed independently', () => {
  it.each([
    ['pairing', security.pairing],
    ['session', security.session],
  ] as const)('%s: keys, transcript, confirmation, output', (flavour, vector) => {
    const [mine, theirs] = [vector.controllerPrivateKeyHex, vector.beltPrivateKeyHex].map(bytesOf);
    const [hello, offer] = [vector.helloHex, vector.offerHex].map(bytesOf);
    const controllerKey = x25519(mine!, X25519_BASE);
    const beltKey = x25519(theirs!, X25519_BASE);
    const [helloKind, offerKind, proofKind, doneKind] =
      flavour === 'pairing' ? ['33', '3c', '55', '5a'] : ['66', '69', '96', '99'];
    expect(toHex(hello!.slice(0, 43))).toBe(
      `${helloKind}0101${vector.controllerIdHex}${toHex(controllerKey)}`,
    );
    expect(toHex(offer!.slice(0, -16))).toBe(
      `${offerKind}01${vector.beltIdHex}${vector.bootEpochHex ?? ''}${toHex(beltKey)}`,
    );
    const shared = x25519(mine!, beltKey);
    expect(toHex(shared)).toBe(vector.sharedHex);
    expect(x25519(theirs!, controllerKey)).toEqual(shared);
    const transcript = sha256(join(ascii(vector.label), hello!, offer!));
    expect(toHex(transcript)).toBe(vector.transcriptHex);
    const ikm = join(shared, bytesOf(vector.secretHex));
    const expanded = hkdf(transcript, ikm, ascii(vector.label), flavour === 'pairing' ? 64 : 72);
    expect(toHex(expanded)).toBe(
      [
        vector.confirmKeyHex,
        vector.longTermKeyHex,
        vector.keyToBeltHex,
        vector.keyToControllerHex,
        vector.sessionIdHex,
      ].join(''),
    );
    const tag = (role: string): string =>
      toHex(hmac(expanded.slice(0, 32), join(ascii(role), transcript)).slice(0, 16));
    expect(vector.proofHex).toBe(proofKind + tag('controller'));
    expect(vector.doneHex).toBe(doneKind + tag('belt'));
  });

  it.each(sealed.frames)('sealed: $name', ({ direction, type, counter, bodyHex, frameHex }) => {
    const toBelt = direction === 'toBelt';
    const nonce = new Uint8Array(13);
    nonce[0] = toBelt ? 0 : 1;
    nonce.set(bytesOf(sealed.sessionIdHex), 1);
    new DataView(nonce.buffer).setUint32(9, counter, false);
    const header = Uint8Array.of(type, counter & 0xff, (counter >> 8) & 0xff);
    const key = bytesOf(toBelt ? sealed.keyToBeltHex : sealed.keyToControllerHex);
    expect(toHex(join(header, ccmSeal(key, nonce, header, bytesOf(bodyHex))))).toBe(frameHex);
    const start = { sent: 0, received: counter - 1 };
    const opened = createSealedEnvelope(keys(), toBelt ? 'belt' : 'controller', start).open(
      bytesOf(frameHex),
    );
    expect(opened).toMatchObject({ ok: true, type, sequence: 'next' });
    if (opened.ok) expect(toHex(opened.bytes)).toBe(bodyHex);
  });

  it.each(sealed.refusedByTheBelt)('sealed: $name is refused as $problem', ({ frameHex, problem }) => {
    expect(createSealedEnvelope(keys(), 'belt').open(bytesOf(frameHex))).toEqual({ ok: false, problem });
  });

  it('labels and refusals', () => {
    for (const { secretHex, text } of security.labels)
      expect(parseLabel(text)).toEqual({ ok: true, secret: bytesOf(secretHex) });
    for (const { code, messageHex } of security.refusals)
      expect(decodeHandshake(bytesOf(messageHex))).toEqual({ ok: true, value: { kind: 'refused', code } });
  });

  it('the hello in its frames', () => {
    const [receiver, reassembler] = [createPlainEnvelope(), createReassembler()];
    const results = security.helloFramesHex.map((hex) => {
      const opened = receiver.open(bytesOf(hex));
      if (!opened.ok) throw new Error(opened.problem);
      expect(opened.type).toBe(FRAME.handshake);
      return reassembler.take(opened.bytes, opened.at, opened.length, 0);
    });
    expect(results.at(-1)).toEqual({ ok: true, value: bytesOf(security.pairing.helloHex) });
  });
});

// An attacker who hears, alters, replays, reflects, swaps and forges every message. "Light" would need a belt that is
// done with keys that the attacker, or nobody, has: each test says that no end is done on what was touched.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { REFUSAL } from '../../protocol/handshake-messages.ts';
import { createEphemeralKey, deriveSecrets, HANDSHAKE_LABEL, proofTag } from '../../protocol/handshake.ts';
import { BELT_ID } from './examples.ts';
import * as rig from './handshake-rig.ts';

const FLAVOURS = ['pairing', 'session'] as const;
type Options = Parameters<typeof rig.pairingEnds>[0] & Parameters<typeof rig.sessionEnds>[0];

interface Told {
  readonly controllerDone: boolean;
  readonly beltDone: boolean;
  readonly failures: readonly (string | undefined)[];
  readonly messages: readonly Uint8Array[];
}
/** Both flavours in one shape: who was done. */
function attempt(
  flavour: (typeof FLAVOURS)[number],
  options: Options,
  attack?: (message: Uint8Array, index: number) => Uint8Array,
): Told {
  const ending =
    flavour === 'pairing'
      ? rig.run<object, object>(rig.pairingEnds(options), attack)
      : rig.run<object, object>(rig.sessionEnds(options), attack);
  return {
    controllerDone: ending.controller !== undefined,
    beltDone: ending.belt !== undefined,
    failures: [ending.controllerFailure, ending.beltFailure],
    messages: ending.messages,
  };
}
const take = (flavour: (typeof FLAVOURS)[number], end: 'controller' | 'belt', options: Options = {}) =>
  (flavour === 'pairing' ? rig.pairingEnds(options) : rig.sessionEnds(options))[end];

describe.each(FLAVOURS)('%s under attack', (flavour) => {
  const honest = attempt(flavour, {}).messages;

  it.each([0, 1, 2, 3])('any one bit flipped in message %i: the end it reaches is never done', (place) => {
    const size = honest[place]!.length * 8;
    expect(size).toBeGreaterThanOrEqual(17 * 8);
    for (let bit = 0; bit < size; bit++) {
      const told = attempt(flavour, {}, (bytes, index) => {
        if (index === place) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return bytes;
      });
      expect(told.controllerDone, `bit ${bit}`).toBe(false);
      // The last message only tells the controller; the belt knows its proof by then, and nobody else its key.
      expect(told.beltDone).toBe(place === 3);
    }
  });

  it('truncated, lengthened and arbitrary messages: never done, never a throw, always an answer within the set', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 3 }),
        fc.oneof(
          fc.uint8Array({ maxLength: 256 }),
          fc.nat({ max: 80 }).map((length) => ({ length })),
        ),
        (place, other) => {
          const told = attempt(flavour, {}, (bytes, index) => {
            if (index !== place) return bytes;
            if (other instanceof Uint8Array) return other;
            const cut = new Uint8Array(other.length === bytes.length ? 0 : other.length);
            cut.set(bytes.subarray(0, cut.length));
            return cut;
          });
          expect(told.controllerDone).toBe(false);
          expect(told.beltDone).toBe(place === 3);
          const known = [...Object.keys(REFUSAL), 'unexpected', 'wrongBelt', undefined];
          for (const failure of told.failures) expect(known).toContain(failure);
        },
      ),
    );
  });

  it('every message of a whole earlier exchange, replayed at every place', () => {
    const earlier = attempt(flavour, { name: 'earlier' }).messages;
    for (let place = 0; place < 4; place++)
      for (const old of earlier) {
        const told = attempt(flavour, { name: 'now' }, (bytes, index) => (index === place ? old : bytes));
        expect(told.controllerDone).toBe(false);
        expect(told.beltDone).toBe(place === 3);
      }
  });

  it('a whole earlier conversation replayed to one end', () => {
    const earlier = attempt(flavour, { name: 'earlier' }).messages;
    const belt = take(flavour, 'belt', { name: 'later' });
    expect(belt.take(earlier[0]!).status).toBe('waiting');
    expect(belt.take(earlier[2]!)).toMatchObject({ status: 'failed', reason: 'wrongProof' });
    const controller = take(flavour, 'controller', { name: 'later' });
    expect(controller.take(earlier[1]!).status).toBe('waiting');
    expect(controller.take(earlier[3]!)).toMatchObject({ status: 'failed', reason: 'wrongProof' });
  });

  it('messages reflected to the end that sent them', () => {
    const controller = take(flavour, 'controller') as {
      hello: Uint8Array;
      take(m: Uint8Array): { status: string };
    };
    expect(controller.take(controller.hello)).toMatchObject({ status: 'failed', reason: 'unexpected' });
    const told = attempt(flavour, {}, (bytes, index) =>
      // The belt's proof is the controller's own, with the kind of the belt's.
      index === 3 ? Uint8Array.of(bytes[0] ?? 0, ...honest[2]!.subarray(1)) : bytes,
    );
    expect(told).toMatchObject({ controllerDone: false, failures: ['wrongProof', undefined] });
  });

  it('messages out of turn, and anything after the end', () => {
    for (const message of honest.slice(1))
      expect(take(flavour, 'belt').take(message)).toMatchObject({ status: 'failed', reason: 'unexpected' });
    const belt = take(flavour, 'belt');
    belt.take(honest[0]!);
    expect(belt.take(honest[2]!).status).toBe('done');
    for (const message of honest)
      expect(belt.take(message)).toEqual({ status: 'failed', reason: 'unexpected' });
    const failed = take(flavour, 'belt');
    failed.take(Uint8Array.of(0));
    for (const message of [honest[0]!, honest[2]!]) expect(failed.take(message).status).toBe('failed');
  });

  it('one attempt tests one secret: a second proof after a wrong one is not even looked at', () => {
    const belt = take(flavour, 'belt');
    belt.take(honest[0]!);
    const wrong = honest[2]!.slice();
    wrong[5] = (wrong[5] ?? 0) ^ 1;
    expect(belt.take(wrong)).toMatchObject({ status: 'failed', reason: 'wrongProof' });
    expect(belt.take(honest[2]!)).toEqual({ status: 'failed', reason: 'unexpected' });
  });

  it('points of low order from either side', () => {
    for (const place of [0, 1]) {
      const at = honest[place]!.length - 16 - 32;
      const told = attempt(flavour, {}, (bytes, index) => {
        if (index === place) bytes.fill(0, at, at + 32);
        return bytes;
      });
      expect(told).toMatchObject({ controllerDone: false, beltDone: false });
      expect(told.failures[1 - place]).toBe('malformed');
    }
  });

  it('two exchanges at once, spliced at every place', () => {
    const other = attempt(flavour, { name: 'other', beltId: BELT_ID }).messages;
    for (let mask = 1; mask < 15; mask++) {
      const told = attempt(flavour, {}, (bytes, index) => ((mask >> index) & 1 ? other[index]! : bytes));
      expect(told.controllerDone).toBe(false);
      if ((mask & 7) !== 0) expect(told.beltDone).toBe(false);
    }
  });

  it('a man in the middle with a key of his own each way, but not the secret', () => {
    const label = flavour === 'pairing' ? HANDSHAKE_LABEL.pair : HANDSHAKE_LABEL.session;
    const own = createEphemeralKey(rig.namedRandom('attacker')(32));
    const secret = new Uint8Array(flavour === 'pairing' ? 16 : 32);
    let hello = new Uint8Array(0);
    let forged: Uint8Array = new Uint8Array(16);
    const told = attempt(flavour, {}, (bytes, index) => {
      const keyAt = bytes.length - 48;
      if (index === 0) {
        const theirs = bytes.slice(keyAt, keyAt + 32);
        bytes.set(own.publicKey, keyAt);
        hello = Uint8Array.from(bytes);
        expect(own.agree(theirs)).toBeDefined();
      }
      if (index === 1) {
        const shared = own.agree(bytes.slice(keyAt, keyAt + 32));
        const guessed = deriveSecrets({
          label,
          hello,
          offer: bytes,
          shared: shared!,
          secret,
          outputBytes: 32,
        });
        forged = proofTag(guessed, 'controller');
        bytes.set(own.publicKey, keyAt);
      }
      if (index === 2) bytes.set(forged, 1);
      return bytes;
    });
    expect(told).toMatchObject({
      controllerDone: false,
      beltDone: false,
      failures: ['wrongProof', 'wrongProof'],
    });
  });
});

describe('pairings and sessions do not mix', () => {
  it('no message of the one is taken in the other', () => {
    const [pairing, session] = [attempt('pairing', {}).messages, attempt('session', {}).messages];
    for (const [flavour, foreign] of [
      ['pairing', session],
      ['session', pairing],
    ] as const)
      for (let place = 0; place < 4; place++) {
        const told = attempt(flavour, {}, (bytes, index) => (index === place ? foreign[place]! : bytes));
        expect(told).toMatchObject({ controllerDone: false, beltDone: place === 3 });
      }
  });

  it('another boot epoch, put in by somebody between, ends both', () => {
    const told = attempt('session', {}, (bytes, index) => {
      if (index === 1) bytes.fill(9, 10, 18);
      return bytes;
    });
    expect(told).toMatchObject({ controllerDone: false, beltDone: false });
  });

  it('another controller id, put in by somebody between, ends both', () => {
    for (const flavour of FLAVOURS) {
      const told = attempt(flavour, {}, (bytes, index) => {
        if (index === 0) bytes.fill(9, 3, 11);
        return bytes;
      });
      expect(told).toMatchObject({ controllerDone: false, beltDone: false });
    }
  });

  it('wrong secrets are told apart by no byte of the answer', () => {
    const answers = [1, 2, 3, 4].map((fill) =>
      attempt('pairing', { controllerSecret: new Uint8Array(16).fill(fill) }).messages.map(
        (one) => one.length,
      ),
    );
    expect(new Set(answers.map((lengths) => lengths.join())).size).toBe(1);
    const last = [1, 2].map((fill) =>
      toHex(attempt('pairing', { controllerSecret: new Uint8Array(16).fill(fill) }).messages.at(-1)!),
    );
    expect(last[0]).toBe(last[1]);
  });
});

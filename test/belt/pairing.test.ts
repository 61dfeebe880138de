// Pairing: a key that both ends have, or words and nothing half-paired.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HANDSHAKE, REFUSAL, type RefusalCode } from '../../protocol/handshake-messages.ts';
import { PAIRING_MAX_MS } from '../../src/belt/pairing.ts';
import { createPairingRig, createRig, type PairingRig } from './support/rig.ts';
import { BELT_ID, CREDENTIALS, LABEL_SECRET } from './support/scripted-lock.ts';

const seed = Number(process.env['LASERBELT_SEED'] ?? Date.now() % 1_000_000);
const OTHER_LABEL = LABEL_SECRET.map((byte) => byte ^ 1);

/** Paired, or not, with all the time it may take; there is one result, and nothing left behind. */
function pairWhole(rig: PairingRig, more: Parameters<PairingRig['pair']>[0] = {}) {
  rig.pair(more);
  rig.clock.advance(PAIRING_MAX_MS);
  expect(rig.results).toHaveLength(1);
  expect(rig.scripted.connected()).toBe(false);
  expect(rig.clock.nextDeadlineMs()).toBeUndefined();
  return rig.results[0]!;
}
const failureOf = (rig: PairingRig, more: Parameters<PairingRig['pair']>[0] = {}): string => {
  const result = pairWhole(rig, more);
  return result.ok ? 'none' : result.failure;
};

describe('pairing a belt', () => {
  it('ends with a key that both ends have, proven by a sealed session, and no link left', () => {
    const rig = createPairingRig();
    expect(pairWhole(rig)).toMatchObject({
      ok: true,
      beltId: BELT_ID,
      profile: { beltId: '0102030405060708' },
    });
    expect(rig.kept.map((key) => key.longTermKey)).toEqual(rig.lock.paired);
    expect(rig.scripted.commands.map(({ op }) => op)).toEqual(['features']);
  });

  it('gives a key that opens the belt afterwards', () => {
    const rig = createPairingRig();
    pairWhole(rig);
    const { longTermKey, beltId } = rig.kept[0]!;
    const next = createRig({ ...CREDENTIALS, beltId, longTermKey });
    next.scripted.lock = rig.lock;
    next.belt.open();
    next.clock.advance(0);
    expect(next.events.map((event) => event.type)).toEqual(['belt.opened']);
  });

  it('says the key in its result, for a belt that lives no longer than the program', () => {
    const rig = createPairingRig();
    const result = pairWhole(rig, { keepKey: undefined });
    expect(result).toMatchObject({ ok: true, longTermKey: rig.lock.paired[0] });
  });

  it('makes another key each time', () => {
    const rig = createPairingRig();
    pairWhole(rig);
    rig.results.length = 0;
    pairWhole(rig);
    expect(rig.kept[0]?.longTermKey).not.toEqual(rig.kept[1]?.longTermKey);
  });

  it('stores the key before the belt is asked to use it', () => {
    const rig = createPairingRig();
    rig.keep = () => undefined;
    rig.pair();
    rig.clock.advance(0);
    expect(rig.kept).toHaveLength(1);
    expect(rig.lock.kinds).toEqual([HANDSHAKE.pairHello, HANDSHAKE.pairProof]);
    expect(rig.results).toEqual([]);
  });

  it('reads nothing in the open, and sends no command that is not sealed', () => {
    const rig = createPairingRig();
    rig.scripted.silent.add('feature');
    rig.lock.alter = (message) => (message[0] === HANDSHAKE.sessionOffer ? undefined : message);
    expect(failureOf(rig)).toBe('interrupted');
    expect(rig.scripted.commands).toEqual([]);
    expect(rig.scripted.subscriptions).toEqual(['controlPoint']);
  });
});

describe('a belt that does not pair', () => {
  it('a wrong label: no key is kept, and every wrong label is told alike', () => {
    const results = [0, 7, 15].map((at) => {
      const rig = createPairingRig();
      const labelSecret = LABEL_SECRET.map((byte, index) => (index === at ? byte ^ 0x80 : byte));
      const result = pairWhole(rig, { labelSecret });
      expect(rig.kept).toEqual([]);
      expect(rig.lock.paired).toEqual([]);
      return result;
    });
    expect(results[0]).toMatchObject({ ok: false, failure: 'wrongLabel' });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('one wrong label costs one of the five tries, not more', () => {
    const rig = createPairingRig();
    pairWhole(rig, { labelSecret: OTHER_LABEL });
    expect(rig.lock.kinds).toEqual([HANDSHAKE.pairHello, HANDSHAKE.pairProof]);
  });

  it.each<readonly [RefusalCode, string]>([
    ['windowClosed', 'windowClosed'],
    ['full', 'full'],
    ['wrongProof', 'wrongLabel'],
    ['tooManyFailures', 'tooManyFailures'],
    ['busy', 'busy'],
    ['storeDamaged', 'storeDamaged'],
    ['versionMismatch', 'versionMismatch'],
    ['malformed', 'damaged'],
    ['notPaired', 'damaged'],
  ])('refusal %s: %s, no key kept', (code, failure) => {
    const rig = createPairingRig();
    rig.lock.alter = () => Uint8Array.of(HANDSHAKE.refused, REFUSAL[code]);
    expect(failureOf(rig)).toBe(failure);
    expect(rig.kept).toEqual([]);
  });

  it('another belt than the one that was asked for: nothing is proved to it', () => {
    const rig = createPairingRig();
    expect(failureOf(rig, { beltId: Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9) })).toBe('wrongBelt');
    expect(rig.lock.kinds).toEqual([HANDSHAKE.pairHello]);
  });

  it('a false belt that lets the controller prove itself, and cannot prove itself: no key is kept', () => {
    const rig = createPairingRig();
    rig.lock.alter = (message) =>
      message[0] === HANDSHAKE.pairDone ? Uint8Array.of(HANDSHAKE.pairDone, ...new Uint8Array(16)) : message;
    expect(failureOf(rig)).toBe('wrongLabel');
    expect(rig.kept).toEqual([]);
  });

  it('no belt, or no Bluetooth: the link’s own words, not those of pairing', () => {
    const rig = createPairingRig();
    expect(failureOf(rig, { address: 'elsewhere' })).toBe('noSuchBelt');
  });

  it('a key that cannot be stored: the belt is not made to keep it', () => {
    const rig = createPairingRig();
    rig.keep = () => false;
    expect(failureOf(rig)).toBe('notKept');
    expect(rig.lock.kinds).toEqual([HANDSHAKE.pairHello, HANDSHAKE.pairProof]);
  });

  it('secrets and ids of a wrong length are a mistake of the caller', () => {
    const rig = createPairingRig();
    expect(() => rig.pair({ labelSecret: new Uint8Array(15) })).toThrow('16 bytes');
    expect(() => rig.pair({ controllerId: new Uint8Array(9) })).toThrow('8 bytes');
    expect(() => rig.pair({ beltId: new Uint8Array(0) })).toThrow('8 bytes');
  });
});

describe('an interrupted pairing', () => {
  const MESSAGES = ['pairOffer', 'pairDone', 'sessionOffer', 'sessionDone'] as const;

  it.each(MESSAGES)('%s does not come: interrupted, in time, and it can be done again', (name) => {
    const rig = createPairingRig();
    rig.lock.alter = (message) => (message[0] === HANDSHAKE[name] ? undefined : message);
    expect(failureOf(rig)).toBe('interrupted');
    rig.lock.alter = (message) => message;
    rig.results.length = 0;
    expect(pairWhole(rig).ok).toBe(true);
    expect(rig.kept.at(-1)?.longTermKey).toEqual(rig.lock.paired.at(-1));
  });

  it.each(MESSAGES)('the link is lost instead of %s: interrupted', (name) => {
    const rig = createPairingRig();
    rig.lock.alter = (message) => {
      if (message[0] !== HANDSHAKE[name]) return message;
      rig.scripted.drop('out of range');
      return undefined;
    };
    expect(failureOf(rig)).toBe('interrupted');
  });

  it.each(MESSAGES)(
    'the controller has the key before the belt can have used it, also without %s',
    (name) => {
      const rig = createPairingRig();
      rig.lock.alter = (message) => (message[0] === HANDSHAKE[name] ? undefined : message);
      pairWhole(rig);
      const isUsed = rig.lock.kinds.includes(HANDSHAKE.sessionProof);
      if (isUsed) expect(rig.kept.map((key) => key.longTermKey)).toEqual(rig.lock.paired);
      expect(rig.kept).toHaveLength(name === 'pairOffer' || name === 'pairDone' ? 0 : 1);
    },
  );

  it('storing that never ends, ends in time; an answer that comes too late does nothing', () => {
    const rig = createPairingRig();
    let late: ((isKept: boolean) => void) | undefined;
    expect(failureOf(rig, { keepKey: (_key, kept) => (late = kept) })).toBe('interrupted');
    late?.(true);
    rig.clock.advance(PAIRING_MAX_MS);
    expect(rig.results).toHaveLength(1);
    expect(rig.lock.kinds).toHaveLength(2);
  });

  it('storing that says twice that it is done: one session is set up', () => {
    const rig = createPairingRig();
    const result = pairWhole(rig, {
      keepKey(_key, kept) {
        kept(true);
        kept(true);
      },
    });
    expect(result.ok).toBe(true);
    expect(rig.lock.kinds.filter((kind) => kind === HANDSHAKE.sessionHello)).toHaveLength(1);
  });

  it('cancel: no result, no link, nothing more is said', () => {
    const rig = createPairingRig();
    rig.lock.alter = () => undefined;
    const attempt = rig.pair();
    rig.clock.advance(100);
    attempt.cancel();
    rig.clock.advance(PAIRING_MAX_MS);
    expect(rig.results).toEqual([]);
    expect(rig.scripted.connected()).toBe(false);
    expect(rig.clock.nextDeadlineMs()).toBeUndefined();
  });
});

describe('hostile bytes in a pairing', () => {
  it('each byte of what the belt says, changed on the way: never paired', () => {
    const lengths = [
      ['pairOffer', 58],
      ['pairDone', 17],
      ['sessionOffer', 66],
      ['sessionDone', 17],
    ] as const;
    for (const [name, length] of lengths) {
      for (let at = 0; at < length; at++) {
        const rig = createPairingRig();
        rig.lock.alter = (message) =>
          message[0] === HANDSHAKE[name]
            ? message.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte))
            : message;
        expect([name, at, pairWhole(rig).ok]).toEqual([name, at, false]);
      }
    }
  });

  it(`any messages: one ending in time, no key kept (seed ${seed})`, () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (messages) => {
        const rig = createPairingRig();
        let index = 0;
        rig.lock.alter = () => messages[index++ % messages.length];
        expect(pairWhole(rig).ok).toBe(false);
        expect(rig.kept).toEqual([]);
      }),
      { seed, numRuns: 300 },
    );
  });
});

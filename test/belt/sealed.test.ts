// Opening a belt that this controller is paired with: sealed, or not at all.
import { describe, expect, it } from 'vitest';
import { encodeFeatures } from '../../protocol/documents.ts';
import {
  HANDSHAKE,
  HANDSHAKE_TIMEOUT_MS,
  REFUSAL,
  type RefusalCode,
} from '../../protocol/handshake-messages.ts';
import { createRig, createSealedRig, type SealedRig } from './support/rig.ts';
import { FEATURES } from './support/scripted-belt.ts';
import { CREDENTIALS } from './support/scripted-lock.ts';

const OTHER_KEY = new Uint8Array(32).fill(9);

/** Opened, and given all the time that opening may take. */
function openWhole(rig: Pick<SealedRig, 'belt' | 'clock'>): void {
  rig.belt.open();
  rig.clock.advance(15_000);
}

function expectNothingLeft(rig: SealedRig): void {
  expect(rig.scripted.connected()).toBe(false);
  expect(rig.clock.nextDeadlineMs()).toBeUndefined();
}

describe('opening a belt that this controller is paired with', () => {
  it('sets a session up, asks for the features sealed, and reads nothing in the open', () => {
    const rig = createSealedRig();
    rig.scripted.silent.add('feature');
    rig.belt.open();
    rig.clock.advance(0);
    expect(rig.events.map((event) => event.type)).toEqual(['belt.opened']);
    expect(rig.of('belt.opened')[0]?.profile).toMatchObject({ beltId: '0102030405060708', paired: true });
    expect(rig.scripted.commands.map(({ op }) => op)).toEqual(['features']);
    expect(rig.scripted.subscriptions).toEqual([
      'controlPoint',
      'events',
      'recordAccess',
      'recordData',
      'tick',
    ]);
  });

  it('believes the limits that came sealed, whatever the belt says in the open', () => {
    const rig = createSealedRig();
    rig.scripted.features = encodeFeatures({ ...FEATURES, simulated: false, sessionMaxS: 9999 });
    openWhole(rig);
    expect(rig.of('belt.opened')[0]?.profile).toMatchObject({ simulated: true, sessionMaxS: 1800 });
  });

  it('goes on with the ids of commands: a belt would take the same id with other bytes for a mistake', () => {
    const rig = createSealedRig();
    openWhole(rig);
    rig.belt.pause();
    expect(rig.scripted.commands.map(({ commandId }) => commandId)).toEqual([1, 2]);
  });

  it('never falls back to plain: a belt that takes no handshake gets no command and no subscription', () => {
    const rig = createSealedRig();
    rig.scripted.lock = undefined;
    rig.scripted.features = encodeFeatures({ ...FEATURES, paired: false });
    openWhole(rig);
    expect(rig.of('belt.unreachable')).toMatchObject([{ failure: 'timedOut' }]);
    expect(rig.scripted.commands).toEqual([]);
    expect(rig.scripted.subscriptions).toEqual(['controlPoint']);
    expectNothingLeft(rig);
  });

  it('with fresh keys each time: a second session opens after the first was lost', () => {
    const rig = createSealedRig();
    openWhole(rig);
    rig.scripted.drop('out of range');
    openWhole(rig);
    expect(rig.events.map((event) => event.type)).toEqual(['belt.opened', 'link.lost', 'belt.opened']);
  });
});

describe('a belt that does not let this controller in', () => {
  const said = (change: (rig: SealedRig) => void) => {
    const rig = createSealedRig();
    change(rig);
    openWhole(rig);
    expect(rig.events).toHaveLength(1);
    expect(rig.scripted.commands.filter(({ op }) => op !== 'features')).toEqual([]);
    expectNothingLeft(rig);
    const [unreachable] = rig.of('belt.unreachable');
    return { failure: unreachable?.failure, detail: unreachable?.detail };
  };

  it.each<readonly [RefusalCode, string]>([
    ['notPaired', 'notPaired'],
    ['wrongProof', 'notPaired'],
    ['storeDamaged', 'notPaired'],
    ['busy', 'refused'],
    ['versionMismatch', 'unsupported'],
    ['windowClosed', 'unsupported'],
    ['full', 'unsupported'],
    ['tooManyFailures', 'unsupported'],
    ['malformed', 'unsupported'],
  ])('refusal %s: %s, and nothing of the belt is believed', (code, failure) => {
    const refused = Uint8Array.of(HANDSHAKE.refused, REFUSAL[code]);
    expect(said((rig) => (rig.lock.alter = () => refused)).failure).toBe(failure);
  });

  it('says the same of a key the belt has forgotten as of a key that is another', () => {
    const forgotten = said((rig) => (rig.lock.longTermKey = undefined));
    const other = said((rig) => (rig.lock.longTermKey = OTHER_KEY));
    expect(forgotten.failure).toBe('notPaired');
    expect(other).toEqual(forgotten);
  });

  it('tries a wrong proof twice and no more: a belt in between two pairings tries the other key then', () => {
    const rig = createSealedRig();
    rig.lock.longTermKey = OTHER_KEY;
    openWhole(rig);
    expect(rig.lock.kinds.filter((kind) => kind === HANDSHAKE.sessionHello)).toHaveLength(2);
    const between = createSealedRig();
    const right = between.lock.longTermKey;
    between.lock.longTermKey = OTHER_KEY;
    between.lock.alter = (message) => {
      if (message[0] === HANDSHAKE.refused) between.lock.longTermKey = right;
      return message;
    };
    openWhole(between);
    expect(between.events.map((event) => event.type)).toEqual(['belt.opened']);
  });

  it('another belt at the same address: refused before anything is proved to it', () => {
    const rig = createSealedRig();
    rig.lock.beltId = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1);
    openWhole(rig);
    expect(rig.of('belt.unreachable')).toMatchObject([{ failure: 'notPaired' }]);
    expect(rig.lock.kinds).toEqual([HANDSHAKE.sessionHello]);
  });

  it('a belt that calls itself by another name inside the session than it proved', () => {
    const { failure, detail } = said((rig) => {
      const beltId = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1);
      rig.scripted.script = () => ({ code: 'ok', operand: encodeFeatures({ ...FEATURES, beltId }) });
    });
    expect(failure).toBe('unsupported');
    expect(detail).toContain('another name');
  });

  it.each([
    ['are no features', () => ({ code: 'ok', operand: Uint8Array.of(1, 2, 3) }) as const, 'unsupported'],
    ['are refused', () => ({ code: 'opNotSupported' }) as const, 'unsupported'],
    ['do not come', () => undefined, 'timedOut'],
  ])('sealed features that %s', (_what, script, failure) => {
    expect(said((rig) => (rig.scripted.script = script)).failure).toBe(failure);
  });

  it.each(['controllerId', 'beltId', 'longTermKey'] as const)(
    'a stored %s of a wrong length is told in words, and nothing is sent',
    (field) => {
      const rig = createSealedRig({ ...CREDENTIALS, [field]: new Uint8Array(7) });
      openWhole(rig);
      expect(rig.of('belt.unreachable')).toMatchObject([
        { failure: 'notPaired', detail: 'the stored key of this belt is damaged' },
      ]);
      expect(rig.lock.kinds).toEqual([]);
      expectNothingLeft(rig);
    },
  );

  it('a paired belt that this controller has no key for: said at once, and no command sent in the open', () => {
    const rig = createRig();
    rig.scripted.features = encodeFeatures({ ...FEATURES, paired: true });
    openWhole(rig);
    expect(rig.of('belt.unreachable')).toMatchObject([{ failure: 'notPaired' }]);
    expect(rig.scripted.commands).toEqual([]);
    expect(rig.scripted.subscriptions).toEqual(['controlPoint']);
  });
});

describe('a set-up that does not come to its end', () => {
  it.each([
    ['nothing at all', 0],
    ['the offer and then nothing', 1],
  ])('%s: unreachable after the 10 s of an exchange, with nothing left behind', (_what, answerCount) => {
    const rig = createSealedRig();
    let count = 0;
    rig.lock.alter = (message) => (count++ < answerCount ? message : undefined);
    rig.belt.open();
    rig.clock.advance(HANDSHAKE_TIMEOUT_MS - 1);
    expect(rig.events).toEqual([]);
    rig.clock.advance(1);
    expect(rig.of('belt.unreachable')).toMatchObject([{ failure: 'timedOut' }]);
    expectNothingLeft(rig);
  });

  it.each([0, 1])(
    'the link is lost after message %i of the belt: unreachable once, nothing left',
    (index) => {
      const rig = createSealedRig();
      let count = 0;
      rig.lock.alter = (message) => {
        if (count++ !== index) return message;
        rig.scripted.drop('out of range');
        return undefined;
      };
      openWhole(rig);
      expect(rig.events.map((event) => event.type)).toEqual(['belt.unreachable']);
      expectNothingLeft(rig);
    },
  );

  it.each<readonly [string, (rig: SealedRig) => void]>([
    ['the exchange', (rig) => (rig.lock.alter = () => undefined)],
    ['the question for the features', (rig) => (rig.scripted.script = () => undefined)],
  ])(
    'is given up by close during %s: one link.lost, at once nothing left, no word after it',
    (_what, change) => {
      const rig = createSealedRig();
      change(rig);
      rig.belt.open();
      rig.clock.advance(100);
      rig.belt.close();
      expectNothingLeft(rig);
      rig.clock.advance(20_000);
      expect(rig.events.map((event) => event.type)).toEqual(['link.lost']);
    },
  );

  it('a control point that takes no write: unreachable, not waiting', () => {
    const rig = createSealedRig();
    rig.scripted.refusing.add('lease');
    rig.scripted.silent.add('controlPoint');
    openWhole(rig);
    expect(rig.of('belt.unreachable')).toMatchObject([{ failure: 'timedOut' }]);
    expectNothingLeft(rig);
  });

  it('each byte of what the belt says, changed on the way: never opened', () => {
    const lengths = new Map([
      [HANDSHAKE.sessionOffer as number, 66],
      [HANDSHAKE.sessionDone as number, 17],
    ]);
    let triedCount = 0;
    for (const [kind, length] of lengths) {
      for (let at = 0; at < length; at++) {
        const rig = createSealedRig();
        rig.lock.alter = (message) =>
          message[0] === kind
            ? message.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte))
            : message;
        openWhole(rig);
        expect([kind, at, rig.of('belt.opened').length]).toEqual([kind, at, 0]);
        expect(rig.events).toHaveLength(1);
        triedCount += 1;
      }
    }
    expect(triedCount).toBe(83);
  });
});

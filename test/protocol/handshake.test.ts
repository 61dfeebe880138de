import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import * as messages from '../../protocol/handshake-messages.ts';
import { createPairingBelt, createPairingController } from '../../protocol/pairing.ts';
import { createSealedEnvelope } from '../../protocol/sealing.ts';
import { createSessionBelt, createSessionController } from '../../protocol/session-setup.ts';
import { BELT_ID } from './examples.ts';
import * as rig from './handshake-rig.ts';

const bits = (value: number): number => value.toString(2).replaceAll('0', '').length;

describe('handshake messages', () => {
  it.each([
    ['kinds', messages.HANDSHAKE],
    ['refusals', messages.REFUSAL],
  ])('%s keep Hamming distance 4', (_name, table) => {
    const values = Object.values(table);
    for (const [at, one] of values.entries())
      for (const other of values.slice(at + 1)) expect(bits(one ^ other)).toBeGreaterThanOrEqual(4);
  });

  it('come across whole, and no other length of any kind is taken', () => {
    for (const sent of [...rig.run(rig.pairingEnds()).messages, ...rig.run(rig.sessionEnds()).messages]) {
      const decoded = messages.decodeHandshake(sent);
      if (!decoded.ok) throw new Error(`${toHex(sent)}: ${decoded.problem}`);
      expect(messages.encodeHandshake(decoded.value)).toEqual(sent);
      for (let length = 0; length < 256; length++) {
        if (length === sent.length) continue;
        const other = new Uint8Array(length);
        other.set(sent.subarray(0, length));
        expect(messages.decodeHandshake(other).ok).toBe(false);
      }
    }
    for (const code of Object.keys(messages.REFUSAL) as messages.RefusalCode[])
      expect(messages.decodeHandshake(messages.encodeHandshake({ kind: 'refused', code }))).toEqual({
        ok: true,
        value: { kind: 'refused', code },
      });
  });
});

describe('pairing', () => {
  it('gives both ends the same long-term key and each the identity of the other', () => {
    const { controller, belt, messages: sent } = rig.run(rig.pairingEnds());
    expect(controller).toMatchObject({ version: 1, beltId: BELT_ID });
    expect(belt).toMatchObject({ version: 1, controllerId: rig.CONTROLLER_ID });
    expect(controller?.longTermKey).toHaveLength(32);
    expect(controller?.longTermKey).toEqual(belt?.longTermKey);
    expect(sent.map((message) => message.length)).toEqual([59, 58, 17, 17]);
  });

  it('gives another key each time', () => {
    const keys = ['a', 'b', 'c'].map((name) => rig.run(rig.pairingEnds({ name })).controller?.longTermKey);
    expect(new Set(keys.map((key) => key && toHex(key))).size).toBe(3);
  });

  it('a wrong label: the controller shows its proof first, the belt shows nothing of its own', () => {
    fc.assert(
      fc.property(fc.nat({ max: 127 }), (bit) => {
        const wrong = rig.LABEL_SECRET.slice();
        wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const ending = rig.run(rig.pairingEnds({ controllerSecret: wrong }));
        expect(ending).toMatchObject({ controllerFailure: 'wrongProof', beltFailure: 'wrongProof' });
        expect([ending.controller, ending.belt]).toEqual([undefined, undefined]);
        expect(toHex(ending.messages[3] ?? new Uint8Array())).toBe('f05a');
      }),
    );
  });

  it.each(['windowClosed', 'full', 'tooManyFailures', 'busy', 'storeDamaged'] as const)(
    'is refused with %s at the hello, and again at the proof',
    (code) => {
      for (const allowed of [0, 1]) {
        let asked = 0;
        const { controller } = rig.pairingEnds();
        const belt = createPairingBelt({
          labelSecret: rig.LABEL_SECRET,
          beltId: BELT_ID,
          randomBytes: rig.namedRandom('belt'),
          refuse: () => (asked++ < allowed ? undefined : code),
        });
        const ending = rig.run({ controller, belt });
        expect(ending).toMatchObject({ controllerFailure: code, beltFailure: code });
        expect(ending.belt).toBeUndefined();
        expect(asked).toBe(allowed + 1);
      }
    },
  );

  it('asks for one belt, when it knows which', () => {
    const controller = createPairingController({
      labelSecret: rig.LABEL_SECRET,
      controllerId: rig.CONTROLLER_ID,
      randomBytes: rig.namedRandom('controller'),
      beltId: new Uint8Array(8).fill(7),
    });
    expect(rig.run({ controller, belt: rig.pairingEnds().belt }).controllerFailure).toBe('wrongBelt');
  });

  it('takes no secret, id or randomness of another length from its own side', () => {
    const labelSecret = new Uint8Array(0);
    expect(() => rig.pairingEnds({ controllerSecret: labelSecret })).toThrow(RangeError);
    expect(() => rig.pairingEnds({ controllerId: new Uint8Array(7) })).toThrow(RangeError);
    expect(() => rig.pairingEnds({ beltId: new Uint8Array(9) })).toThrow(RangeError);
    expect(() =>
      createPairingController({
        labelSecret: rig.LABEL_SECRET,
        controllerId: rig.CONTROLLER_ID,
        randomBytes: () => new Uint8Array(4),
      }),
    ).toThrow(RangeError);
  });
});

describe('session set-up', () => {
  it('gives both ends keys with which each understands the other', () => {
    const { controller, belt, messages: sent } = rig.run(rig.sessionEnds());
    if (controller === undefined || belt === undefined) throw new Error('no session');
    expect(controller).toMatchObject({ version: 1, beltId: BELT_ID, bootEpoch: rig.BOOT_EPOCH });
    expect(belt).toMatchObject({ version: 1, controllerId: rig.CONTROLLER_ID });
    const ends = [
      createSealedEnvelope(controller.keys, 'controller'),
      createSealedEnvelope(belt.keys, 'belt'),
    ];
    for (const [from, to] of [ends, ends.toReversed()]) {
      const opened = to!.open(from!.seal(0x55, Uint8Array.of(1, 2, 3), 3));
      expect(opened).toMatchObject({ ok: true, type: 0x55, sequence: 'next', length: 3 });
    }
    expect(sent.map((message) => message.length)).toEqual([59, 66, 17, 17]);
  });

  it('shows no key where it is printed or written as JSON', () => {
    const { controller } = rig.run(rig.sessionEnds());
    const keys = controller?.keys;
    const shown = `${JSON.stringify(keys)} ${String(keys?.toBelt)} ${JSON.stringify(keys?.toController)}`;
    for (const key of [keys?.toBelt, keys?.toController]) {
      const secret = key?.export() ?? Buffer.alloc(0);
      expect(secret).toHaveLength(16);
      expect(shown).not.toContain(secret.toString('hex'));
      expect(shown).not.toContain(secret.toString('base64'));
      expect(shown).not.toContain(JSON.stringify([...secret]).slice(1, -1));
    }
  });

  it('a wrong long-term key, on either side, is one answer', () => {
    const wrong = new Uint8Array(32).fill(1);
    for (const options of [{ controllerSecret: wrong }, { beltSecret: wrong }])
      expect(rig.run(rig.sessionEnds(options))).toMatchObject({
        controller: undefined,
        belt: undefined,
        controllerFailure: 'wrongProof',
        beltFailure: 'wrongProof',
      });
  });

  it('another belt than the one that was paired is not talked to', () => {
    const ending = rig.run(rig.sessionEnds({ beltId: new Uint8Array(8).fill(3) }));
    expect(ending).toMatchObject({ controllerFailure: 'wrongBelt', belt: undefined });
  });

  it.each([
    ['forgotten', { ok: false, code: 'notPaired' }, 'notPaired'],
    ['with a damaged store', { ok: false, code: 'storeDamaged' }, 'storeDamaged'],
    ['whose stored key was cut short', { ok: true, secret: rig.LONG_TERM_KEY.slice(0, 31) }, 'storeDamaged'],
    ['paired anew meanwhile', { ok: true, secret: new Uint8Array(32).fill(1) }, 'notPaired'],
  ] as const)('a controller %s between hello and proof gets no session', (_name, later, reason) => {
    let asked = 0;
    const belt = createSessionBelt({
      findKey: () => (asked++ === 0 ? { ok: true, secret: rig.LONG_TERM_KEY } : later),
      beltId: BELT_ID,
      bootEpoch: rig.BOOT_EPOCH,
      randomBytes: rig.namedRandom('belt'),
    });
    expect(rig.run({ controller: rig.sessionEnds().controller, belt })).toMatchObject({
      controllerFailure: reason,
      beltFailure: reason,
      belt: undefined,
    });
  });
});

describe('versions', () => {
  const ends = (ours: messages.VersionRange, theirs: messages.VersionRange) => ({
    controller: createSessionController({
      longTermKey: rig.LONG_TERM_KEY,
      controllerId: rig.CONTROLLER_ID,
      beltId: BELT_ID,
      randomBytes: rig.namedRandom('controller'),
      versions: ours,
    }),
    belt: createSessionBelt({
      findKey: () => ({ ok: true, secret: rig.LONG_TERM_KEY }),
      beltId: BELT_ID,
      bootEpoch: rig.BOOT_EPOCH,
      randomBytes: rig.namedRandom('belt'),
      versions: theirs,
    }),
  });

  it.each([
    [{ min: 1, max: 3 }, { min: 1, max: 2 }, 2],
    [{ min: 2, max: 2 }, { min: 1, max: 9 }, 2],
    [{ min: 1, max: 255 }, { min: 255, max: 255 }, 255],
  ])('%j with %j speak %i', (ours, theirs, version) => {
    const { controller, belt } = rig.run(ends(ours, theirs));
    expect([controller?.version, belt?.version]).toEqual([version, version]);
  });

  it('without a common one it is refused', () => {
    for (const [ours, theirs] of [
      [
        { min: 1, max: 1 },
        { min: 2, max: 3 },
      ],
      [
        { min: 4, max: 5 },
        { min: 2, max: 3 },
      ],
    ] as const)
      expect(rig.run(ends(ours, theirs))).toMatchObject({
        controllerFailure: 'versionMismatch',
        beltFailure: 'versionMismatch',
      });
  });

  it('nobody between them can talk them down to an older one', () => {
    const ending = rig.run(ends({ min: 1, max: 3 }, { min: 1, max: 3 }), (message, index) => {
      if (index === 0) message[2] = 1;
      return message;
    });
    expect(ending).toMatchObject({ controller: undefined, belt: undefined, beltFailure: 'wrongProof' });
  });
});

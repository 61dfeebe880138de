import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../protocol/bytes.ts';
import { FRAME_MAX_BYTES } from '../../protocol/gatt.ts';
import { FRAME } from '../../protocol/messages.ts';
import {
  createSealedEnvelope,
  createSessionKeys,
  SEALED_COUNTER_MAX,
  SEALED_WINDOW,
  type SealedEnvelope,
} from '../../protocol/sealing.ts';
import { bytesOf } from './examples.ts';
import { ccmSeal, join } from './primitives.ts';

const KEY = bytesOf('000102030405060708090a0b0c0d0e0f');
const SESSION_ID = bytesOf('a0a1a2a3a4a5a6a7');
const keysOf = (fill: number) =>
  createSessionKeys(Uint8Array.from({ length: 40 }, (_, index) => (fill * 97 + index * 31) & 0xff));
const KEYS = keysOf(1);
const ends = (keys = KEYS) => ({
  controller: createSealedEnvelope(keys, 'controller'),
  belt: createSealedEnvelope(keys, 'belt'),
});
const someBody = fc.uint8Array({ maxLength: 9 });
const sealed = (end: SealedEnvelope, type: number, body: Uint8Array): Uint8Array =>
  end.seal(type, body, body.length).slice();
const seenBy = (end: SealedEnvelope, frame: Uint8Array): string => {
  const opened = end.open(frame);
  return opened.ok ? opened.sequence : opened.problem;
};
const frames = (end: SealedEnvelope, count: number, type: number = FRAME.lease): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => sealed(end, type, Uint8Array.of(index & 0xff)));

describe('the sealed envelope', () => {
  it('gives the frames that were published beside its design', () => {
    const keys = createSessionKeys(join(KEY, KEY, SESSION_ID));
    const body = bytesOf('010203040506070809');
    const at = (sent: number) => ({ sent, received: 0 });
    const toBelt = (sent: number) => createSealedEnvelope(keys, 'controller', at(sent));
    expect(toHex(sealed(toBelt(0), 0x11, body))).toBe('110100ed8a21766a0ff3de5e10c879d8810dc435');
    expect(toHex(sealed(toBelt(65_536), 0x11, body))).toBe('110100d3e90c3832e9eb17ffe6d02c47a8f361de');
    expect(toHex(sealed(createSealedEnvelope(keys, 'belt'), 0x21, Uint8Array.of(0xaa)))).toBe(
      '210100afecb1e792e22292ef',
    );
    expect(toHex(sealed(toBelt(1), 0x12, new Uint8Array(0)))).toBe('120200d447f3396c45ff83');
  });

  it('is, for any key, direction, counter, type and body, CCM as RFC 3610 writes it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 40, maxLength: 40 }),
        fc.constantFrom('controller', 'belt'),
        fc.nat({ max: SEALED_COUNTER_MAX - 1 }),
        fc.nat({ max: 255 }),
        someBody,
        (material, role, sent, type, body) => {
          const envelope = createSealedEnvelope(createSessionKeys(material), role, { sent, received: 0 });
          const counter = sent + 1;
          const header = Uint8Array.of(type, counter & 0xff, (counter >> 8) & 0xff);
          const nonce = join(
            Uint8Array.of(role === 'controller' ? 0 : 1),
            material.slice(32),
            Uint8Array.of(counter >>> 24, (counter >>> 16) & 0xff, (counter >>> 8) & 0xff, counter & 0xff),
          );
          const key = role === 'controller' ? material.slice(0, 16) : material.slice(16, 32);
          expect(sealed(envelope, type, body)).toEqual(join(header, ccmSeal(key, nonce, header, body)));
        },
      ),
    );
  });

  it('brings type and body across, both ways, within 20 bytes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 255 }), someBody, (type, body) => {
        const { controller, belt } = ends();
        for (const [from, to] of [
          [controller, belt],
          [belt, controller],
        ] as const) {
          const frame = sealed(from, type, body);
          expect(frame).toHaveLength(11 + body.length);
          expect(frame.length).toBeLessThanOrEqual(FRAME_MAX_BYTES);
          const opened = to.open(frame);
          expect(opened).toMatchObject({ ok: true, type, sequence: 'next', length: body.length });
          if (opened.ok) expect(opened.bytes.slice(opened.at, opened.at + opened.length)).toEqual(body);
        }
      }),
    );
  });

  it('a body that was opened stays what it was, and is no Buffer', () => {
    const { controller, belt } = ends();
    const [first, second] = frames(controller, 2);
    const opened = belt.open(first!);
    belt.open(second!);
    expect(opened).toMatchObject({ ok: true, length: 1 });
    if (opened.ok) expect([opened.bytes[opened.at], Buffer.isBuffer(opened.bytes)]).toEqual([0, false]);
  });

  it('a body over 9 bytes, or shorter than it says, is a broken invariant of the sender', () => {
    const { controller } = ends();
    expect(() => controller.seal(FRAME.lease, new Uint8Array(10), 10)).toThrow(RangeError);
    expect(() => controller.seal(FRAME.lease, new Uint8Array(3), 4)).toThrow(RangeError);
    expect(() => createSessionKeys(new Uint8Array(39))).toThrow(RangeError);
  });
});

describe('the counter of the sealed envelope', () => {
  it('goes past 65,535: only its low half travels', () => {
    const controller = createSealedEnvelope(KEYS, 'controller', { sent: 65_530, received: 0 });
    const belt = createSealedEnvelope(KEYS, 'belt', { sent: 0, received: 65_530 });
    for (const frame of frames(controller, 12)) expect(seenBy(belt, frame)).toBe('next');
  });

  it('a frame seen before is repeated, and its body is withheld', () => {
    const { controller, belt } = ends();
    const all = frames(controller, 5);
    expect(all.map((frame) => seenBy(belt, frame))).toEqual(Array(5).fill('next'));
    for (const frame of all) expect(belt.open(frame)).toMatchObject({ sequence: 'repeated', length: 0 });
  });

  it('never goes back within a type: an older lease is repeated even if it was never seen', () => {
    const { controller, belt } = ends();
    const all = frames(controller, 4);
    expect([2, 0, 1, 2, 3, 3].map((index) => seenBy(belt, all[index]!))).toEqual([
      'gap',
      'repeated',
      'repeated',
      'repeated',
      'next',
      'repeated',
    ]);
  });

  it('a command that leases have overtaken, as on a link whose stack waits for a response, still counts, once', () => {
    const { controller, belt } = ends();
    const command = sealed(controller, FRAME.command, Uint8Array.of(1));
    const leases = frames(controller, 30);
    for (const lease of leases) expect(belt.open(lease).ok).toBe(true);
    expect(seenBy(belt, command)).toBe('gap');
    expect(seenBy(belt, command)).toBe('repeated');
    expect(seenBy(belt, sealed(controller, FRAME.command, Uint8Array.of(2)))).toBe('next');
    expect(seenBy(belt, leases[29]!)).toBe('repeated');
  });

  it('goes forward by 1024 frames at most, and takes a late one from no further back', () => {
    const { controller, belt } = ends();
    const late = sealed(controller, FRAME.command, Uint8Array.of(1));
    const all = frames(controller, SEALED_WINDOW + 3);
    expect(seenBy(belt, all[SEALED_WINDOW]!)).toBe('counter');
    expect(seenBy(belt, all[SEALED_WINDOW - 2]!)).toBe('gap');
    expect(seenBy(belt, all[SEALED_WINDOW - 1]!)).toBe('next');
    expect(seenBy(belt, all[SEALED_WINDOW]!)).toBe('next');
    expect(seenBy(belt, late)).toBe('repeated');
  });

  it('what does not open moves nothing', () => {
    const { controller, belt } = ends();
    const all = frames(controller, 3);
    const forged = all[2]!.slice();
    forged[3] = (forged[3] ?? 0) ^ 1;
    expect(seenBy(belt, forged)).toBe('tag');
    expect(all.map((frame) => seenBy(belt, frame))).toEqual(['next', 'next', 'next']);
  });

  it('ends long before a nonce could repeat', () => {
    const start = { sent: SEALED_COUNTER_MAX - 2, received: SEALED_COUNTER_MAX - 2 };
    const controller = createSealedEnvelope(KEYS, 'controller', start);
    const belt = createSealedEnvelope(KEYS, 'belt', start);
    expect([ends().belt.isWornOut(), controller.isWornOut(), belt.isWornOut()]).toEqual([false, true, true]);
    expect(frames(controller, 2).map((frame) => seenBy(belt, frame))).toEqual(['next', 'next']);
    expect(() => controller.seal(FRAME.lease, new Uint8Array(0), 0)).toThrow(RangeError);
    expect(seenBy(belt, Uint8Array.of(FRAME.lease, 1, 0, ...new Uint8Array(8)))).toBe('counter');
  });
});

describe('the sealed envelope under attack', () => {
  it('any one bit flipped in any frame: refused', () => {
    for (let length = 0; length <= 9; length++) {
      const frame = sealed(ends().controller, FRAME.lease, new Uint8Array(length).fill(0x5a));
      for (let bit = 0; bit < frame.length * 8; bit++) {
        const damaged = frame.slice();
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(['tag', 'counter']).toContain(seenBy(ends().belt, damaged));
      }
    }
  });

  it('every truncation, every longer frame and arbitrary bytes: refused, and never a throw', () => {
    const { controller, belt } = ends();
    const frame = sealed(controller, FRAME.lease, new Uint8Array(9));
    for (let length = 0; length < frame.length; length++)
      expect(seenBy(belt, frame.subarray(0, length))).toBe(length < 11 ? 'length' : 'tag');
    expect(seenBy(belt, join(frame, Uint8Array.of(0)))).toBe('length');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const before = bytes.slice();
        expect(['length', 'tag', 'counter']).toContain(seenBy(ends().belt, bytes));
        expect(bytes).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('reflected to its sender, or from another session: refused', () => {
    const { controller, belt } = ends();
    const other = ends(keysOf(2));
    expect(frames(controller, 3).map((frame) => seenBy(controller, frame))).toEqual(['tag', 'tag', 'tag']);
    expect(frames(belt, 3).map((frame) => seenBy(belt, frame))).toEqual(['tag', 'tag', 'tag']);
    expect(frames(controller, 3).map((frame) => seenBy(other.belt, frame))).toEqual(['tag', 'tag', 'tag']);
  });

  it('with equal keys both ways, direction and session id alone still keep frames apart', () => {
    const same = (id: number) => createSessionKeys(join(KEY, KEY, new Uint8Array(8).fill(id)));
    const { controller } = ends(same(1));
    expect(frames(controller, 2).map((frame) => seenBy(controller, frame))).toEqual(['tag', 'tag']);
    expect(frames(controller, 2).map((frame) => seenBy(ends(same(2)).belt, frame))).toEqual(['tag', 'tag']);
  });

  it('under any order, loss and repetition each frame counts at most once, and no type ever goes back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<number>(FRAME.lease, FRAME.command, FRAME.tickState), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.array(fc.nat({ max: 39 }), { maxLength: 120 }),
        (types, order) => {
          const { controller, belt } = ends();
          const all = types.map((type, index) => sealed(controller, type, Uint8Array.of(index)));
          const newest = new Map<number, number>();
          for (const pick of order) {
            const frame = all[pick % all.length]!;
            const opened = belt.open(frame);
            if (!opened.ok) throw new Error(`an honest frame was refused: ${opened.problem}`);
            if (opened.sequence === 'repeated') continue;
            const place = opened.bytes[opened.at] ?? -1;
            expect(types[place]).toBe(opened.type);
            expect(place).toBeGreaterThan(newest.get(opened.type) ?? -1);
            newest.set(opened.type, place);
          }
        },
      ),
    );
  });
});

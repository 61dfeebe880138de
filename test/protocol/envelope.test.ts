import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, toHex, writeU16 } from '../../protocol/bytes.ts';
import { PLAIN_FRAME_MAX_BYTES, createPlainEnvelope } from '../../protocol/envelope.ts';
import { FRAME_MAX_BYTES } from '../../protocol/gatt.ts';
import { FRAME } from '../../protocol/messages.ts';

const someBody = fc.uint8Array({ maxLength: 9 });

const sealed = (type: number, body: Uint8Array): Uint8Array =>
  createPlainEnvelope().seal(type, body, body.length).slice();

/** A frame with a right CRC around any counter. */
function frameWith(type: number, counter: number, body: Uint8Array): Uint8Array {
  const frame = Uint8Array.of(type, counter, ...body, 0, 0);
  writeU16(frame, frame.length - 2, crc16(frame, 0, frame.length - 2));
  return frame;
}

describe('the plain envelope', () => {
  it('brings type and body across, within 13 bytes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 255 }), someBody, (type, body) => {
        const frame = sealed(type, body);
        expect(frame.length).toBe(body.length + 4);
        expect(frame.length).toBeLessThanOrEqual(PLAIN_FRAME_MAX_BYTES);
        const opened = createPlainEnvelope().open(frame);
        expect(opened).toMatchObject({ ok: true, type, sequence: 'next', length: body.length });
        if (opened.ok) expect(opened.bytes.slice(opened.at, opened.at + opened.length)).toEqual(body);
      }),
    );
    expect(PLAIN_FRAME_MAX_BYTES).toBeLessThanOrEqual(FRAME_MAX_BYTES);
  });

  it('is, byte by byte, type, counter, body, CRC with its low byte first', () => {
    const body = Uint8Array.of(1, 2, 3);
    expect(toHex(sealed(FRAME.lease, body))).toBe('55' + '01' + '010203' + 'f224');
    expect(crc16(Uint8Array.of(0x55, 1, 1, 2, 3))).toBe(0x24f2);
  });

  it('refuses every truncation of every frame', () => {
    fc.assert(
      fc.property(someBody, (body) => {
        const frame = sealed(FRAME.event, body);
        for (let length = 0; length < frame.length; length++) {
          const opened = createPlainEnvelope().open(frame.subarray(0, length));
          // A shorter frame can carry a right CRC by chance, once in 65,536; over these few bytes it does not.
          expect(opened).toEqual({ ok: false, problem: length < 4 ? 'length' : 'check' });
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('refuses every frame with one, two or three flipped bits', () => {
    const frame = sealed(FRAME.lease, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
    const bits = frame.length * 8;
    const flip = (bytes: Uint8Array, bit: number): void => {
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    };
    for (let first = 0; first < bits; first++) {
      for (let second = first; second < bits; second++) {
        const damaged = frame.slice();
        flip(damaged, first);
        if (second !== first) flip(damaged, second);
        expect(createPlainEnvelope().open(damaged).ok).toBe(false);
      }
    }
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: bits - 1 }), { minLength: 3, maxLength: 3 }), (three) => {
        const damaged = frame.slice();
        for (const bit of three) flip(damaged, bit);
        expect(createPlainEnvelope().open(damaged)).toEqual({ ok: false, problem: 'check' });
      }),
    );
  });

  it('refuses a frame that is too long, though its CRC is right', () => {
    for (const size of [10, 16, 17, 40, 200])
      expect(createPlainEnvelope().open(frameWith(FRAME.lease, 1, new Uint8Array(size)))).toEqual({
        ok: false,
        problem: 'length',
      });
  });

  it('refuses counter 0', () => {
    expect(createPlainEnvelope().open(frameWith(FRAME.lease, 0, new Uint8Array(9)))).toEqual({
      ok: false,
      problem: 'counter',
    });
  });

  it('counts 1..255 and skips 0', () => {
    const envelope = createPlainEnvelope();
    const counters = Array.from({ length: 257 }, () => envelope.seal(FRAME.event, new Uint8Array(9), 9)[1]);
    expect(counters.slice(0, 3)).toEqual([1, 2, 3]);
    expect(counters.slice(253)).toEqual([254, 255, 1, 2]);
    expect(counters).not.toContain(0);
  });

  it('takes 255 then 1 as the next, shows a repeated frame and a gap', () => {
    const receiver = createPlainEnvelope();
    const seen = [254, 255, 1, 1, 2, 4, 3, 3].map((counter) => {
      const opened = receiver.open(frameWith(FRAME.event, counter, Uint8Array.of(9)));
      return opened.ok ? opened.sequence : opened.problem;
    });
    expect(seen).toEqual(['next', 'next', 'next', 'repeated', 'next', 'gap', 'gap', 'repeated']);
  });

  it('a damaged frame does not move the receive counter', () => {
    const receiver = createPlainEnvelope();
    receiver.open(frameWith(FRAME.event, 7, Uint8Array.of(1)));
    const damaged = frameWith(FRAME.event, 200, Uint8Array.of(1));
    damaged[2] = 2;
    expect(receiver.open(damaged).ok).toBe(false);
    expect(receiver.open(frameWith(FRAME.event, 8, Uint8Array.of(1)))).toMatchObject({ sequence: 'next' });
  });

  it('counters are per direction: what one end sends does not disturb what it receives', () => {
    const left = createPlainEnvelope();
    const right = createPlainEnvelope();
    for (let round = 0; round < 300; round++) {
      const there = left.seal(FRAME.lease, Uint8Array.of(round & 0xff), 1);
      expect(right.open(there)).toMatchObject({ ok: true, sequence: 'next' });
      if (round % 3 === 0)
        expect(left.open(right.seal(FRAME.event, new Uint8Array(9), 9))).toMatchObject({ sequence: 'next' });
    }
  });

  it('a body over 9 bytes is a broken invariant of the sender', () => {
    expect(() => createPlainEnvelope().seal(FRAME.lease, new Uint8Array(10), 10)).toThrow(RangeError);
  });
});

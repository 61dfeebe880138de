import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BODY_MAX_BYTES } from '../../protocol/gatt.ts';
import { MESSAGE_MAX_BYTES, SEGMENT_TIMEOUT_MS } from '../../protocol/messages.ts';
import { createReassembler, splitMessage, type Reassembler } from '../../protocol/segments.ts';

const REFUSED = { ok: false, problem: 'segment' };
const anyMessage = fc.uint8Array({ minLength: 1, maxLength: MESSAGE_MAX_BYTES });

function segmentsOf(message: Uint8Array): Uint8Array[] {
  const segments: Uint8Array[] = [];
  splitMessage(message, (body, length) => segments.push(body.slice(0, length)));
  return segments;
}
const countedUp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index & 0xff);
const take = (reassembler: Reassembler, segment: Uint8Array, nowMs = 0) =>
  reassembler.take(segment, 0, segment.length, nowMs);

describe('segmentation', () => {
  it('brings any message of 1 to 256 bytes across, in segments of at most 9 bytes', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const segments = segmentsOf(message);
        expect(segments.length).toBe(Math.ceil(message.length / 8));
        for (const segment of segments) expect(segment.length).toBeLessThanOrEqual(BODY_MAX_BYTES);
        const reassembler = createReassembler();
        const results = segments.map((segment) => take(reassembler, segment));
        expect(results.slice(0, -1).every((result) => result === undefined)).toBe(true);
        expect(results.at(-1)).toEqual({ ok: true, value: message });
      }),
    );
  });

  it('marks bit 0 first, bit 1 last, and counts in the six bits above', () => {
    expect(segmentsOf(countedUp(5)).map((segment) => segment[0])).toEqual([0b11]);
    expect(segmentsOf(countedUp(24)).map((segment) => segment[0])).toEqual([0b01, 0b100, 0b1010]);
    expect(segmentsOf(countedUp(256)).map((segment) => (segment[0] ?? 0) >>> 2)).toEqual([...countedUp(32)]);
  });

  it('refuses to split nothing, and more than 256 bytes', () => {
    expect(() => segmentsOf(new Uint8Array(0))).toThrow(RangeError);
    expect(() => segmentsOf(new Uint8Array(257))).toThrow(RangeError);
  });

  it('the count rolls over after 63: 256 segments of one byte are one message', () => {
    const reassembler = createReassembler();
    const message = countedUp(256);
    for (let index = 0; index < 255; index++) {
      const flags = index === 0 ? 1 : 0;
      expect(take(reassembler, Uint8Array.of(((index & 63) << 2) | flags, index))).toBeUndefined();
    }
    expect(take(reassembler, Uint8Array.of(((255 & 63) << 2) | 2, 255))).toEqual({
      ok: true,
      value: message,
    });
  });

  it('drops the message whole at byte 257, and takes the next one', () => {
    const reassembler = createReassembler();
    for (const segment of segmentsOf(countedUp(256)).slice(0, -1)) take(reassembler, segment);
    expect(take(reassembler, Uint8Array.of(31 << 2, 1, 2, 3, 4, 5, 6, 7, 8))).toBeUndefined();
    expect(take(reassembler, Uint8Array.of((32 << 2) | 2, 1))).toEqual(REFUSED);
    expect(take(reassembler, Uint8Array.of(3, 42))).toEqual({ ok: true, value: Uint8Array.of(42) });
  });

  it('takes the last segment 2 s after the first, and drops the message whole 1 ms later', () => {
    const [first, last] = segmentsOf(countedUp(10)) as [Uint8Array, Uint8Array];
    const inTime = createReassembler();
    take(inTime, first, 500);
    expect(take(inTime, last, 500 + SEGMENT_TIMEOUT_MS)).toMatchObject({ ok: true });
    const late = createReassembler();
    take(late, first, 500);
    expect(take(late, last, 501 + SEGMENT_TIMEOUT_MS)).toEqual(REFUSED);
    expect(take(late, last, 502)).toEqual(REFUSED);
  });

  it('a clock that is not a number is a refusal, not an endless wait', () => {
    const [first, last] = segmentsOf(countedUp(10)) as [Uint8Array, Uint8Array];
    const reassembler = createReassembler();
    take(reassembler, first, 0);
    expect(take(reassembler, last, NaN)).toEqual(REFUSED);
  });

  it('with any segment missing, repeated or swapped nothing comes out', () => {
    const segments = segmentsOf(countedUp(40));
    const whole = (list: readonly Uint8Array[]): boolean => {
      const reassembler = createReassembler();
      return list.some((segment) => take(reassembler, segment)?.ok === true);
    };
    expect(whole(segments)).toBe(true);
    for (let at = 0; at < segments.length; at++) {
      expect(whole(segments.filter((_, index) => index !== at))).toBe(false);
      // Repeating the first begins the message again, repeating the last comes too late: only those between matter.
      const repeated = [...segments.slice(0, at + 1), ...segments.slice(at)];
      if (at > 0 && at < 4) expect(whole(repeated)).toBe(false);
      const swapped = segments.slice();
      [swapped[at], swapped[(at + 1) % 5]] = [segments[(at + 1) % 5]!, segments[at]!];
      expect(whole(swapped)).toBe(false);
    }
  });

  it('a new first segment replaces what was begun', () => {
    const reassembler = createReassembler();
    take(reassembler, segmentsOf(countedUp(20))[0]!);
    const segments = segmentsOf(Uint8Array.from({ length: 12 }, () => 7));
    expect(segments.map((segment) => take(reassembler, segment)).at(-1)).toEqual({
      ok: true,
      value: new Uint8Array(12).fill(7),
    });
  });

  it('a header without bytes behind it is refused', () => {
    expect(take(createReassembler(), Uint8Array.of(3))).toEqual({ ok: false, problem: 'length' });
    expect(take(createReassembler(), new Uint8Array(0))).toEqual({ ok: false, problem: 'length' });
    expect(take(createReassembler(), new Uint8Array(10))).toEqual({ ok: false, problem: 'length' });
  });

  it('after a reset only a first segment counts', () => {
    const [first, last] = segmentsOf(countedUp(10)) as [Uint8Array, Uint8Array];
    const reassembler = createReassembler();
    take(reassembler, first);
    reassembler.reset();
    expect(take(reassembler, last)).toEqual(REFUSED);
  });

  it('never throws and never gives more than 256 bytes, whatever arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 80 }), (segments) => {
        const reassembler = createReassembler();
        for (const segment of segments) {
          const result = take(reassembler, segment);
          if (result?.ok === true) expect(result.value.length).toBeLessThanOrEqual(MESSAGE_MAX_BYTES);
        }
      }),
    );
  });
});

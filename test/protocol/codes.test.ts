import { describe, expect, it } from 'vitest';
import { nameOfCode } from '../../protocol/codec.ts';
import { STREAM_KIND } from '../../protocol/framing.ts';
import * as messages from '../../protocol/messages.ts';

const ALPHABET = [
  0x0f, 0x33, 0x3c, 0x55, 0x5a, 0x66, 0x69, 0x96, 0x99, 0xa5, 0xaa, 0xc3, 0xcc, 0xf0, 0xff,
] as const;

const SETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'frame types': messages.FRAME,
  'op codes': messages.OP,
  'answer codes': messages.ANSWER,
  'belt states': messages.BELT_STATE,
  causes: messages.CAUSE,
  'event kinds': messages.EVENT_KIND,
  'record kinds': messages.RECORD_KIND,
  consents: messages.CONSENT,
  'record ops': messages.RECORD_OP,
  'record codes': messages.RECORD_CODE,
  'stream kinds': STREAM_KIND,
};

const bitCount = (value: number): number => value.toString(2).replaceAll('0', '').length;

describe.each(Object.entries(SETS))('%s', (_name, set) => {
  const codes = Object.values(set);

  it('are at Hamming distance 4 or more from each other: three flipped bits never turn one into another', () => {
    for (const [index, left] of codes.entries())
      for (const right of codes.slice(index + 1)) expect(bitCount(left ^ right)).toBeGreaterThanOrEqual(4);
  });

  it('come from the alphabet of the protocol, so that new ones keep the distance', () => {
    for (const code of codes) expect(ALPHABET).toContain(code);
  });

  it('are told from their bytes, and no other byte has a name', () => {
    const nameOf = nameOfCode(set);
    const known = Array.from({ length: 256 }, (_, code) => code).filter((code) => nameOf(code) !== undefined);
    expect(known).toEqual([...codes].sort((left, right) => left - right));
    for (const [name, code] of Object.entries(set)) expect(nameOf(code)).toBe(name);
  });
});

describe('the bounds of the protocol', () => {
  it('a lease is 1 s at most, the countdown 3 s at least, silence ends a session after 10 s', () => {
    expect(messages.LEASE_TTL_MS).toBe(1000);
    expect(messages.COUNTDOWN_MIN_MS).toBe(3000);
    expect(messages.SESSION_SILENCE_MS).toBe(10_000);
  });

  it('two lost ticks and a late lease still fit one lease', () => {
    const oldestTickUsedMs = 3 * messages.TICK_PERIOD_MS;
    expect(oldestTickUsedMs + messages.LEASE_PERIOD_MS).toBeLessThanOrEqual(messages.LEASE_TTL_MS);
  });

  it('hazard n is bit n-1 of 24', () => {
    expect([1, 2, 15, 24].map(messages.hazardBit)).toEqual([1, 2, 0x4000, 0x800000]);
  });
});

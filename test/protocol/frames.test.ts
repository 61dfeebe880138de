import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../protocol/bytes.ts';
import {
  decodeEvent,
  decodeLease,
  decodeTickDetail,
  decodeTickState,
  decodeTickZone,
  encodeEvent,
  encodeLease,
  encodeTickDetail,
  encodeTickState,
  encodeTickZone,
} from '../../protocol/codec.ts';
import { BODY_MAX_BYTES } from '../../protocol/gatt.ts';
import type { Decoded, Tick, TickZone } from '../../protocol/messages.ts';
import {
  decodeRecordAnswer,
  decodeRecordRequest,
  encodeRecordAnswer,
  encodeRecordRequest,
} from '../../protocol/record-access.ts';
import * as random from './arbitraries.ts';

type Encode<T> = (value: T, out: Uint8Array) => number;
type Decode<T> = (bytes: Uint8Array, at: number, length: number) => Decoded<T>;

/** The body alone, and the same bytes deep inside a larger buffer, as frames deliver them. */
function bodyOf<T>(encode: Encode<T>, value: T): Uint8Array {
  const out = new Uint8Array(BODY_MAX_BYTES);
  return out.slice(0, encode(value, out));
}

/** Every way of shortening or lengthening a body that its decoder must refuse as `length`. */
function expectOnlyWholeLength<T>(body: Uint8Array, decode: Decode<T>): void {
  for (let length = 0; length <= BODY_MAX_BYTES + 2; length++) {
    if (length === body.length) continue;
    const changed = new Uint8Array(length);
    changed.set(body.subarray(0, length));
    expect(decode(changed, 0, length)).toEqual({ ok: false, problem: 'length' });
  }
}

const someZone: TickZone = {
  zone: 3,
  status: 'emitting',
  contact: true,
  lit: true,
  powerCentiMw: 15_000,
  deliveredTenMicroJPerCm2: 200_000,
  skinTemperatureCentiC: 3345,
};

const someTick: Tick = {
  tick: 0x01020304,
  state: 'armed',
  stopLatched: false,
  emission: true,
  leaseLive: true,
  charging: false,
  buttonPressed: false,
  eventPending: true,
  commandId: 7,
  epoch: 2,
  step: 1,
  leaseAgeTicks: 3,
  uptimeMs: 0x0a0b0c0d,
  batteryPercent: 81,
  hazards: 0x800001,
  zones: [someZone],
};

const FRAMES = [
  ['lease', random.lease, encodeLease, decodeLease],
  ['event', random.event, encodeEvent, decodeEvent],
  ['record request', random.recordRequest, encodeRecordRequest, decodeRecordRequest],
  ['record answer', random.recordAnswer, encodeRecordAnswer, decodeRecordAnswer],
] as unknown as readonly (readonly [string, fc.Arbitrary<object>, Encode<object>, Decode<object>])[];

describe.each(FRAMES)('a %s', (_name, arbitrary, encode, decode) => {
  it('comes back as it went, fits 9 bytes, and is read from wherever it lies', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat({ max: 7 }), (value, at) => {
        const body = bodyOf(encode, value);
        expect(body.length).toBeLessThanOrEqual(BODY_MAX_BYTES);
        const around = new Uint8Array(24).fill(0xee);
        around.set(body, at);
        expect(decode(around, at, body.length)).toEqual({ ok: true, value });
      }),
    );
  });

  it('is refused in every other length', () => {
    fc.assert(
      fc.property(arbitrary, (value) => expectOnlyWholeLength(bodyOf(encode, value), decode)),
      {
        numRuns: 20,
      },
    );
  });
});

describe('a tick', () => {
  it('comes back from its frames as it went, each of at most 9 bytes', () => {
    fc.assert(
      fc.property(random.tick, (tick) => {
        const { state, detail, zones } = partsOf(tick);
        expect(state).toMatchObject({
          tick: tick.tick,
          state: tick.state,
          step: tick.step,
          epoch: tick.epoch,
        });
        expect(detail).toEqual({
          tickLow8: tick.tick & 0xff,
          uptimeMs: tick.uptimeMs,
          batteryPercent: tick.batteryPercent,
          hazards: tick.hazards,
        });
        expect(zones).toEqual(tick.zones);
      }),
    );
  });

  it('is refused in every other length', () => {
    expectOnlyWholeLength(bodyOf(encodeTickState, someTick), decodeTickState);
    expectOnlyWholeLength(bodyOf(encodeTickDetail, someTick), decodeTickDetail);
    expectOnlyWholeLength(bodyOf(zoneOf(1), someZone), decodeTickZone);
  });

  it('a lease age that is too large or NaN reads as old, never as fresh', () => {
    for (const leaseAgeTicks of [15, 16, 17, 255, 256, Infinity, NaN]) {
      const decoded = decodeTickState(bodyOf(encodeTickState, { ...someTick, leaseAgeTicks }), 0, 9);
      expect(decoded).toMatchObject({ ok: true, value: { leaseAgeTicks: 15, step: 1 } });
    }
  });

  it('readings that are NaN read as too much power and dose, and as no temperature', () => {
    const broken = {
      ...someZone,
      powerCentiMw: NaN,
      deliveredTenMicroJPerCm2: NaN,
      skinTemperatureCentiC: NaN,
    };
    expect(decodeTickZone(bodyOf(zoneOf(1), broken), 0, 9)).toMatchObject({
      value: {
        zone: { powerCentiMw: 0xffff, deliveredTenMicroJPerCm2: 0xffffff, skinTemperatureCentiC: undefined },
      },
    });
  });

  it('readings beyond the field saturate, they never wrap', () => {
    const high = {
      ...someZone,
      powerCentiMw: 1e9,
      deliveredTenMicroJPerCm2: 1e9,
      skinTemperatureCentiC: 1e9,
    };
    expect(decodeTickZone(bodyOf(zoneOf(1), high), 0, 9)).toMatchObject({
      value: {
        zone: { powerCentiMw: 0xffff, deliveredTenMicroJPerCm2: 0xffffff, skinTemperatureCentiC: 0xfffe },
      },
    });
  });
});

describe('bodies with bytes that cannot be', () => {
  const changed = (body: Uint8Array, at: number, byte: number): Uint8Array => {
    const copy = body.slice();
    copy[at] = byte;
    return copy;
  };
  it.each([
    ['a lease of step 15', decodeLease, changed(bodyOf(encodeLease, leaseOf(1)), 4, 15), 'range'],
    ['a tick of an unknown state', decodeTickState, changed(bodyOf(encodeTickState, someTick), 4, 0), 'code'],
    [
      'a tick with a reserved flag',
      decodeTickState,
      changed(bodyOf(encodeTickState, someTick), 5, 0x42),
      'range',
    ],
    ['a tick of step 15', decodeTickState, changed(bodyOf(encodeTickState, someTick), 8, 0x3f), 'range'],
    ['a battery above 100 %', decodeTickDetail, changed(bodyOf(encodeTickDetail, someTick), 5, 101), 'range'],
    ['a zone of an unknown status', decodeTickZone, changed(bodyOf(zoneOf(1), someZone), 1, 0xe3), 'code'],
    ['an event of an unknown kind', decodeEvent, changed(bodyOf(encodeEvent, someEvent()), 2, 0x01), 'code'],
    ['an event of an unknown state', decodeEvent, changed(bodyOf(encodeEvent, someEvent()), 3, 0x01), 'code'],
    ['an event of an unknown cause', decodeEvent, changed(bodyOf(encodeEvent, someEvent()), 4, 0x01), 'code'],
    ['an unknown record request', decodeRecordRequest, Uint8Array.of(0x01), 'code'],
    ['an unknown record code', decodeRecordAnswer, Uint8Array.of(0x33, 1, 0, 0, 0, 0, 0, 0), 'code'],
  ] as unknown as readonly [string, Decode<unknown>, Uint8Array, string][])(
    '%s is refused',
    (_name, decode, body, problem) => {
      expect(decode(body, 0, body.length)).toEqual({ ok: false, problem });
    },
  );
});

describe('bytes of a known message, field by field', () => {
  it('a lease', () => {
    expect(toHex(bodyOf(encodeLease, leaseOf(0x01020304)))).toBe(
      '04030201' + // newest tick seen, u32
        '02' + // step
        '05' + // zones L1 and L3
        'ff7f' + // ceiling, half
        '09', // pause epoch
    );
  });

  it('the frames of a tick', () => {
    expect(toHex(bodyOf(encodeTickState, someTick))).toBe(
      '04030201' + // tick
        '69' + // armed
        '26' + // emission, leaseLive, eventPending
        '07' + // id of the last accepted command
        '02' + // pause epoch
        '31', // lease age 3 ticks, step 1
    );
    expect(toHex(bodyOf(encodeTickDetail, someTick))).toBe('04' + '0d0c0b0a' + '51' + '010080');
    expect(toHex(bodyOf(zoneOf(0x01020304), someZone))).toBe('04' + '5b' + '983a' + '400d03' + '110d');
  });

  it('an event', () => {
    expect(toHex(bodyOf(encodeEvent, someEvent()))).toBe('0100' + '3c' + '99' + 'a5' + '01' + '02' + 'cdab');
    expect(decodeEvent(fromHex('01003c99a50102cdab') ?? new Uint8Array(0), 0, 9)).toMatchObject({ ok: true });
  });
});

function leaseOf(tick: number) {
  return { tick, step: 2, zones: 5, ceiling: 0x7fff, epoch: 9 };
}
function someEvent() {
  return {
    number: 1,
    kind: 'hazard',
    state: 'ended',
    cause: 'hazard',
    hazard: 1,
    zone: 2,
    tickLow16: 0xabcd,
  } as const;
}
function zoneOf(tickNumber: number): Encode<TickZone> {
  return (zone, out) => encodeTickZone(tickNumber, zone, out);
}
function partsOf(tick: Tick) {
  const state = decodeTickState(bodyOf(encodeTickState, tick), 0, 9);
  const detail = decodeTickDetail(bodyOf(encodeTickDetail, tick), 0, 9);
  const zones = tick.zones.map((zone) => decodeTickZone(bodyOf(zoneOf(tick.tick), zone), 0, 9));
  if (!state.ok || !detail.ok) throw new Error('a header did not decode');
  return {
    state: state.value,
    detail: detail.value,
    zones: zones.map((zone) => (zone.ok ? zone.value.zone : zone)),
  };
}

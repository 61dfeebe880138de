// Random messages of every kind, each within the bounds of the wire: what the round-trip properties feed on.
import fc from 'fast-check';
import {
  ANSWER,
  BELT_STATE,
  CAUSE,
  EVENT_KIND,
  OP,
  RECORD_CODE,
  RECORD_KIND,
  RECORD_OP,
  ZONE_STATUSES,
  type AnswerMessage,
  type BeltEvent,
  type CommandMessage,
  type Features,
  type Lease,
  type OpName,
  type RecordAnswer,
  type RecordRequest,
  type SessionRecord,
  type Tick,
  type TickZone,
  type WirePrescription,
} from '../../protocol/messages.ts';

export const keysOf = <Key extends string>(table: Readonly<Record<Key, number>>): Key[] =>
  Object.keys(table) as Key[];

const oneOf = <Key extends string>(table: Readonly<Record<Key, number>>): fc.Arbitrary<Key> =>
  fc.constantFrom(...keysOf(table));
const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const u8 = upTo(0xff);
const u16 = upTo(0xffff);
const u24 = upTo(0xffffff);
const u32 = upTo(0xffffffff);
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

export const OP_NAMES = keysOf(OP).filter((name): name is OpName => name !== 'answer');
const opName = fc.constantFrom(...OP_NAMES);

export const lease: fc.Arbitrary<Lease> = fc.record({
  tick: u32,
  step: upTo(14),
  zones: u8,
  ceiling: u16,
  epoch: u8,
});

const tickZone = (zone: number): fc.Arbitrary<TickZone> =>
  fc.record({
    zone: fc.constant(zone),
    status: fc.constantFrom(...ZONE_STATUSES),
    contact: fc.boolean(),
    lit: fc.boolean(),
    powerCentiMw: u16,
    deliveredTenMicroJPerCm2: u24,
    skinTemperatureCentiC: fc.option(upTo(0xfffe), { nil: undefined }),
  });

export const tick: fc.Arbitrary<Tick> = fc.integer({ min: 1, max: 8 }).chain((zoneCount) =>
  fc.record({
    tick: u32,
    state: oneOf(BELT_STATE),
    stopLatched: fc.boolean(),
    emission: fc.boolean(),
    leaseLive: fc.boolean(),
    charging: fc.boolean(),
    buttonPressed: fc.boolean(),
    eventPending: fc.boolean(),
    commandId: u8,
    epoch: u8,
    step: upTo(14),
    leaseAgeTicks: upTo(15),
    uptimeMs: u32,
    batteryPercent: upTo(100),
    hazards: u24,
    zones: fc.tuple(...Array.from({ length: zoneCount }, (_, zone) => tickZone(zone))),
  }),
);

export const event: fc.Arbitrary<BeltEvent> = fc.record({
  number: u16,
  kind: oneOf(EVENT_KIND),
  state: oneOf(BELT_STATE),
  cause: oneOf(CAUSE),
  hazard: u8,
  zone: u8,
  tickLow16: u16,
});

export const command: fc.Arbitrary<CommandMessage> = fc.record({
  op: opName,
  commandId: fc.integer({ min: 1, max: 255 }),
  operand: fc.uint8Array({ maxLength: 254 }),
});

export const answer: fc.Arbitrary<AnswerMessage> = fc.record({
  op: opName,
  commandId: u8,
  code: oneOf(ANSWER),
  operand: fc.uint8Array({ maxLength: 252 }),
});

/** Each step has at least one zone, each zone at most once per step, 18 entries at most. */
export const prescription: fc.Arbitrary<WirePrescription> = fc
  .array(fc.uniqueArray(upTo(7), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 15 })
  .map((steps) => steps.flatMap((zones, step) => zones.map((zone) => ({ step, zone }))).slice(0, 18))
  .chain((places) =>
    fc.record({
      sessionTag: bytes(8),
      stepCount: fc.constant(1 + Math.max(...places.map((place) => place.step))),
      timeLimitS: u16,
      entries: fc.tuple(
        ...places.map((place) =>
          fc.record({
            step: fc.constant(place.step),
            zone: fc.constant(place.zone),
            emitter: upTo(23),
            irradianceCentiMwPerCm2: u16,
            pulseFrequencyDeciHz: fc.integer({ min: 1, max: 0xffff }),
            dutyCyclePer10k: fc.integer({ min: 1, max: 10_000 }),
            radiantExposureTenMicroJPerCm2: u24,
            rampUpDeciS: u8,
            rampDownDeciS: u8,
          }),
        ),
      ),
    }),
  );

export const features: fc.Arbitrary<Features> = fc.integer({ min: 1, max: 8 }).chain((zoneCount) =>
  fc.record({
    protocolMajor: fc.constant(1),
    protocolMinor: u8,
    simulated: fc.boolean(),
    paired: fc.boolean(),
    hasButton: fc.boolean(),
    beltId: bytes(8),
    firmwareVersion: fc.tuple(u8, u8, u8),
    zoneCount: fc.constant(zoneCount),
    leaseTtlMs: fc.integer({ min: 1, max: 1000 }),
    countdownMs: fc.integer({ min: 3000, max: 0xffff }),
    sessionMaxS: u16,
    skinTemperatureCutCentiC: u16,
    radiantExposureMaxTenMicroJPerCm2: u24,
    measurementUncertaintyCentiPercent: u16,
    emitters: fc.array(
      fc.record({
        zone: upTo(zoneCount - 1),
        wavelengthNm: u16,
        areaCentiCm2: fc.integer({ min: 1, max: 0xffff }),
        radiantPowerMaxCentiMw: u16,
        irradianceMaxCentiMwPerCm2: u16,
      }),
      { minLength: 1, maxLength: 24 },
    ),
  }),
);

export const record: fc.Arbitrary<SessionRecord> = fc.record({
  number: u32,
  kind: oneOf(RECORD_KIND),
  cause: oneOf(CAUSE),
  sessionTag: bytes(8),
  bootCount: u16,
  startUptimeMs: u32,
  durationMs: u32,
  hazards: u24,
  entries: fc.array(
    fc.record({
      step: upTo(14),
      zone: upTo(7),
      emitter: upTo(31),
      status: fc.constantFrom(...ZONE_STATUSES),
      prescribedTenMicroJPerCm2: u24,
      deliveredTenMicroJPerCm2: u24,
      emissionCentiS: u24,
    }),
    { maxLength: 20 },
  ),
});

export const recordRequest: fc.Arbitrary<RecordRequest> = fc.oneof(
  fc.constantFrom<RecordRequest>({ op: 'count' }, { op: 'last' }, { op: 'abort' }),
  fc.record({ op: fc.constant('byNumber' as const), number: u32 }),
  fc.record({ op: fc.constant('bySession' as const), sessionTag: bytes(8) }),
);

export const recordAnswer: fc.Arbitrary<RecordAnswer> = fc.record({
  op: oneOf(RECORD_OP),
  code: oneOf(RECORD_CODE),
  recordCount: u16,
  newestNumber: u32,
});

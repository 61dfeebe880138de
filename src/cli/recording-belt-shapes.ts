// What a line of a recording may hold of the belt and of the dose book. Nothing is taken from a file that is not in here.
import * as z from 'zod/mini';
import {
  ANSWER,
  BELT_STATE,
  CAUSE,
  EMITTER_MAX_COUNT,
  EVENT_KIND,
  OP,
  RECORD_KIND,
  STEP_MAX_COUNT,
  ZONE_MAX_COUNT,
  ZONE_STATUSES,
  type AnswerCode,
  type BeltState,
  type Cause,
  type EventKind,
  type OpName,
  type RecordKind,
} from '../../protocol/messages.ts';

const TEXT_MAX_CHARS = 16_384;
/** Three hundred years, in ms. */
const MS_MAX = 1e13;
const READING_MAX = 1e12;
const COUNT_MAX = Number.MAX_SAFE_INTEGER;
const LIST_MAX_COUNT = 4096;

const keyOf = <T extends string>(table: object) =>
  z.custom<T>(
    (value) => typeof value === 'string' && Object.hasOwn(table, value),
    'a word that is known here',
  );

/** No NaN: a time that is none would never come. */
export const time = z.number().check(z.gte(-MS_MAX), z.lte(MS_MAX));
export const count = z.int().check(z.gte(0), z.lte(COUNT_MAX));
export const text = z.string().check(z.maxLength(TEXT_MAX_CHARS));
/** As it was measured: there may be no reading. */
export const reading = z.union([z.number().check(z.gte(-READING_MAX), z.lte(READING_MAX)), z.nan()]);
export const list = <T extends z.ZodMiniType>(of: T, maxCount: number = LIST_MAX_COUNT) =>
  z.array(of).check(z.maxLength(maxCount));

const opName = keyOf<OpName>(OP);
const hazardMask = count.check(z.lte(0xffffffff));

const profile = z.strictObject({
  beltId: text,
  simulated: z.boolean(),
  paired: z.boolean(),
  hasButton: z.boolean(),
  firmwareVersion: text,
  protocolVersion: text,
  zoneCount: count.check(z.lte(0xff)),
  leaseTtlMs: reading,
  countdownMs: reading,
  sessionMaxS: reading,
  skinTemperatureCutC: reading,
  radiantExposureMaxJPerCm2: reading,
  measurementUncertainty: reading,
  emitters: list(
    z.strictObject({
      zone: count,
      wavelengthNm: reading,
      areaCm2: reading,
      radiantPowerMaxMw: reading,
      irradianceMaxMwPerCm2: reading,
    }),
    EMITTER_MAX_COUNT,
  ),
});

const report = z.strictObject({
  tick: count,
  state: keyOf<BeltState>(BELT_STATE),
  stopLatched: z.boolean(),
  emission: z.boolean(),
  leaseLive: z.boolean(),
  charging: z.boolean(),
  buttonPressed: z.boolean(),
  commandId: count,
  epoch: count,
  step: count,
  leaseAgeTicks: count,
  beltTimeMs: reading,
  batteryPercent: reading,
  hazards: hazardMask,
  zones: list(
    z.strictObject({
      zone: count,
      status: z.enum(ZONE_STATUSES),
      contact: z.boolean(),
      lit: z.boolean(),
      radiantPowerMw: reading,
      deliveredJPerCm2: reading,
      skinTemperatureC: reading,
    }),
    ZONE_MAX_COUNT,
  ),
});

const record = z.strictObject({
  number: count,
  kind: keyOf<RecordKind>(RECORD_KIND),
  cause: keyOf<Cause>(CAUSE),
  sessionTag: text,
  durationMs: reading,
  hazards: hazardMask,
  entries: list(
    z.strictObject({
      step: count,
      zone: count,
      wavelengthNm: reading,
      status: z.enum(ZONE_STATUSES),
      prescribedJPerCm2: reading,
      deliveredJPerCm2: reading,
      emissionMs: reading,
    }),
  ),
});

const outcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('acknowledged') }),
  z.strictObject({
    kind: z.literal('rejected'),
    code: keyOf<AnswerCode>(ANSWER),
    hazard: count,
    zone: count,
  }),
  z.strictObject({ kind: z.literal('notSent') }),
  z.strictObject({ kind: z.literal('unknown') }),
]);

const CONNECT_FAILURES = [
  'noSuchBelt',
  'timedOut',
  'refused',
  'noAdapter',
  'noPermission',
  'bluetoothOff',
  'moduleMissing',
  'moduleBroken',
  'notPaired',
  'unsupported',
] as const;
const CLOSE_REASONS = [
  'closedByUs',
  'stopByDrop',
  'poisoned',
  'lost',
  'adapterOff',
  'damaged',
  'refused',
] as const;

const at = { atMs: time };
/** What a look at a belt may see. */
export const lookEvents = [
  z.strictObject({ type: z.literal('belt.opened'), ...at, profile }),
  z.strictObject({
    type: z.literal('belt.unreachable'),
    ...at,
    failure: z.enum(CONNECT_FAILURES),
    detail: text,
  }),
  z.strictObject({ type: z.literal('link.lost'), ...at, reason: z.enum(CLOSE_REASONS), detail: text }),
] as const;
export const beltEvents = [
  ...lookEvents,
  z.strictObject({ type: z.literal('belt.tick'), ...at, report }),
  z.strictObject({
    type: z.literal('belt.prepared'),
    ...at,
    outcome,
    sentDigest: text,
    decodedDigest: text,
  }),
  z.strictObject({ type: z.literal('belt.answered'), ...at, op: opName, outcome }),
  z.strictObject({
    type: z.literal('belt.record'),
    ...at,
    found: z.union([record, z.literal(['none', 'failed'])]),
  }),
  z.strictObject({
    type: z.literal('belt.noticed'),
    ...at,
    kind: keyOf<EventKind>(EVENT_KIND),
    state: keyOf<BeltState>(BELT_STATE),
    cause: keyOf<Cause>(CAUSE),
    hazard: count,
    zone: count,
  }),
  z.strictObject({ type: z.literal('belt.badFrame'), ...at, count }),
] as const;

const bookedZone = z.strictObject({
  zone: text,
  wavelengthNm: reading,
  prescribedJPerCm2: reading,
  deliveredJPerCm2: reading,
  deliveredUpperJPerCm2: reading,
  certainty: z.enum(['certain', 'upperBound']),
});

export const bookEvents = [
  z.strictObject({
    type: z.literal('book.loaded'),
    ...at,
    unfinished: list(
      z.strictObject({
        sessionTag: text,
        beltId: text,
        address: text,
        planName: text,
        zones: list(bookedZone),
      }),
    ),
    beltRecords: z.exactOptional(z.map(text, count)),
  }),
  z.strictObject({
    type: z.literal('book.allowed'),
    ...at,
    course: z.nullable(z.strictObject({ number: count, of: count, planChanged: z.boolean() })),
  }),
  z.strictObject({
    type: z.literal('book.refused'),
    ...at,
    hazard: z.enum(['H19', 'H21']),
    detail: text,
    allowedAt: z.nullable(text),
  }),
  z.strictObject({ type: z.literal('book.begun'), ...at }),
  z.strictObject({ type: z.literal('book.reserved'), ...at, step: count, ceiling: reading }),
  z.strictObject({ type: z.literal('book.reconciled'), ...at, sessionTag: text }),
  z.strictObject({ type: z.literal('book.closed'), ...at }),
  z.strictObject({ type: z.literal('book.failed'), ...at, detail: text }),
] as const;

const prescribedZone = z.strictObject({
  zone: count,
  wavelengthNm: reading,
  irradianceMwPerCm2: reading,
  radiantExposureJPerCm2: reading,
  rampUpS: reading,
  rampDownS: reading,
  pulseFrequencyHz: reading,
  dutyCycle: reading,
});

export const resolution = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    program: z.strictObject({
      planName: text,
      site: text,
      items: list(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('treat'), step: count, zones: list(prescribedZone) }),
          z.strictObject({ kind: z.literal('rest'), durationMs: time }),
        ]),
      ),
      prescription: z.strictObject({
        sessionTag: text,
        steps: list(list(prescribedZone), STEP_MAX_COUNT),
        timeLimitS: reading,
      }),
      plannedDurationMs: reading,
    }),
  }),
  // `reviewVisit` says more than the session asks for.
  z.object({ ok: z.literal(false), problems: list(text) }),
]);

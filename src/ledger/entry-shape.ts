// Whether a value read from the file is an entry: every field, every number finite. Extra fields may come with later
// versions and are kept as they are.
import type { BookLine } from './entries.ts';

type Shape = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Shape>>;

const TEXT_MAX_CHARS = 1000;
const LIST_MAX_COUNT = 400;

const text: Shape = (value) => typeof value === 'string' && value.length <= TEXT_MAX_CHARS;
const flag: Shape = (value) => typeof value === 'boolean';
const amount: Shape = (value) => typeof value === 'number' && value >= 0 && value < Infinity;
const count: Shape = (value) => Number.isSafeInteger(value) && amount(value);
const ratio: Shape = (value) => amount(value) && Number(value) <= 1;
const oneOf =
  (...known: readonly unknown[]): Shape =>
  (value) =>
    known.includes(value);
const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const list =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= LIST_MAX_COUNT && value.every(shape);
const record =
  (fields: Fields): Shape =>
  (value) =>
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.entries(fields).every(
      ([key, shape]) => Object.hasOwn(value, key) && shape((value as Record<string, unknown>)[key]),
    );

const pattern =
  (regex: RegExp): Shape =>
  (value) =>
    typeof value === 'string' && regex.test(value);
const sessionTag = pattern(/^[0-9a-f]{16}$/);

const prescribedZone = record({
  zone: count,
  wavelengthNm: amount,
  irradianceMwPerCm2: amount,
  radiantExposureJPerCm2: amount,
  rampUpS: amount,
  rampDownS: amount,
  pulseFrequencyHz: amount,
  dutyCycle: ratio,
});

const bookedZone = record({
  zone: text,
  wavelengthNm: amount,
  prescribedJPerCm2: amount,
  deliveredJPerCm2: amount,
  deliveredUpperJPerCm2: amount,
  certainty: oneOf('certain', 'upperBound'),
});

const KINDS: Readonly<Record<string, Shape>> = {
  intent: record({
    session: sessionTag,
    beltId: text,
    address: text,
    plan: text,
    site: text,
    measurementUncertainty: ratio,
    timeLimitS: amount,
    steps: list(list(prescribedZone)),
  }),
  reserve: record({ session: sessionTag, step: count, ceiling: ratio }),
  close: record({
    session: sessionTag,
    outcome: oneOf('completed', 'stopped', 'cutoff', 'lockout', 'refused', 'failed'),
    emissionOff: oneOf('confirmed', 'unconfirmed', 'neverOn'),
    hazard: orNull(text),
    durationMs: amount,
    awaitsBeltRecord: flag,
    zones: list(bookedZone),
  }),
  reconcile: record({
    session: sessionTag,
    record: orNull(record({ number: count, kind: oneOf('open', 'closed', 'interrupted') })),
    zones: list(bookedZone),
  }),
};

const frame = record({ v: oneOf(1), seq: count, at: text, kind: text, previous: pattern(/^[0-9a-f]{64}$/) });

export function isEntry(value: unknown): value is BookLine & { readonly previous: string } {
  if (!frame(value)) return false;
  const { kind } = value as { readonly kind: string };
  return Object.hasOwn(KINDS, kind) && KINDS[kind]?.(value) === true;
}

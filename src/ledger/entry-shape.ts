// Whether a value read from the file is an entry: every field, every number finite. Extra fields may come with later
// versions and are kept as they are.
import { msOfIso } from '../clock.ts';
import type { BookLine } from './entries.ts';
import {
  amount,
  both,
  count,
  digest,
  flag,
  list,
  oneOf,
  optional,
  orNull,
  pattern,
  ratio,
  record,
  sessionTag,
  text,
  type Shape,
} from './shapes.ts';

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

export const bookedZone = record({
  zone: text,
  wavelengthNm: amount,
  prescribedJPerCm2: amount,
  deliveredJPerCm2: amount,
  deliveredUpperJPerCm2: amount,
  certainty: oneOf('certain', 'upperBound'),
});

const isoForm = pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/);
const time: Shape = (value) => isoForm(value) && Number.isFinite(msOfIso(String(value)));

export const course = record({
  sessions: count,
  everyS: orNull(amount),
  perWeek: orNull(amount),
  gapS: amount,
});

const visit = record({
  person: text,
  visit: sessionTag,
  block: count,
  plan: text,
  planDigest: text,
  site: text,
  course: orNull(course),
  screening: oneOf('full', 'short', 'assumed'),
  plannedJPerCm2: list(record({ zone: text, wavelengthNm: amount, plannedJPerCm2: amount })),
});

const KINDS: Readonly<Record<string, Shape>> = {
  intent: both(
    optional({ visit }),
    record({
      session: sessionTag,
      beltId: text,
      address: text,
      plan: text,
      site: text,
      measurementUncertainty: ratio,
      timeLimitS: amount,
      steps: list(list(prescribedZone)),
    }),
  ),
  reserve: record({ session: sessionTag, step: count, ceiling: ratio }),
  close: both(
    optional({ beltRecord: count, isLightLeft: flag }),
    record({
      session: sessionTag,
      outcome: oneOf('completed', 'stopped', 'cutoff', 'lockout', 'refused', 'failed'),
      emissionOff: oneOf('confirmed', 'unconfirmed', 'neverOn'),
      hazard: orNull(text),
      durationMs: amount,
      awaitsBeltRecord: flag,
      zones: list(bookedZone),
    }),
  ),
  reconcile: record({
    session: sessionTag,
    record: orNull(record({ number: count, kind: oneOf('open', 'closed', 'interrupted') })),
    zones: list(bookedZone),
  }),
  care: record({
    visit: sessionTag,
    measure: text,
    outcome: oneOf('done', 'assumed', 'skipped', 'cutShort'),
    durationMs: amount,
  }),
  note: record({
    what: oneOf('clockMoved'),
    expected: time,
    found: time,
    moved: oneOf('back', 'corrected'),
  }),
  checkpoint: record({ summaryVersion: count, summary: digest }),
};

const frame = both(
  record({ v: oneOf(1), seq: count, at: time, kind: text, previous: digest }),
  optional({ upMs: amount, boot: text }),
);

export function isEntry(value: unknown): value is BookLine & { readonly previous: string } {
  if (!frame(value)) return false;
  const { kind } = value as { readonly kind: string };
  return Object.hasOwn(KINDS, kind) && KINDS[kind]?.(value) === true;
}

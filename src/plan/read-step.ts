// One step of a plan file: light, rest or care; its shape, units and names, and everything about it alone.
import { checkTreatStep } from './check-treat.ts';
import { describeValue } from './fields.ts';
import { nearestName } from './nearest.ts';
import type { PlanCareStep, PlanStep, PlanTreatStep } from './plan.ts';
import type { PlanPath } from './problem.ts';
import { quote } from './quote.ts';
import { isRecord, readWith, type Read } from './read-with.ts';
import { careSchema, noteSchema, restSchema, treatSchema, type TreatDocument } from './schema.ts';

const treatStep = (document: TreatDocument): PlanTreatStep => ({
  kind: 'treat',
  zones: document.treat,
  order: document.order ?? 'together',
  wavelengthNm: document.wavelength,
  irradianceMwPerCm2: document.irradiance,
  radiantExposureJPerCm2: document.dose,
  radiantEnergyJ: document.energy,
  rampUpS: document.ramp?.up ?? 0,
  rampDownS: document.ramp?.down ?? 0,
  pulse:
    document.pulse === undefined
      ? undefined
      : { frequencyHz: document.pulse.frequency, dutyCycle: document.pulse.duty },
});

function readTreat(value: Record<string, unknown>, path: PlanPath): Read<PlanStep> {
  const read = readWith(treatSchema, value, path);
  if (read.value === undefined) return { value: undefined, problems: read.problems };
  const step = treatStep(read.value);
  return { value: step, problems: checkTreatStep(step, path) };
}

function readRest(value: Record<string, unknown>, path: PlanPath): Read<PlanStep> {
  const read = readWith(restSchema, value, path);
  if (read.value === undefined) return { value: undefined, problems: read.problems };
  return { value: { kind: 'rest', durationS: read.value.rest }, problems: [] };
}

function readNote(value: Record<string, unknown>, path: PlanPath): Read<PlanStep> {
  if (Object.hasOwn(value, 'for')) {
    const message = '`for`: medicine is a note and takes no time';
    return {
      value: undefined,
      problems: [{ path: [...path, 'for'], at: 'key', message, expected: '`say` alone' }],
    };
  }
  const read = readWith(noteSchema, value, path);
  if (read.value === undefined) return { value: undefined, problems: read.problems };
  const step: PlanCareStep = { kind: 'care', measure: 'medicine', durationS: 0, say: read.value.say };
  return { value: step, problems: [] };
}

function readCare(value: Record<string, unknown>, path: PlanPath): Read<PlanStep> {
  if (value['care'] === 'medicine') return readNote(value, path);
  const read = readWith(careSchema, value, path);
  if (read.value === undefined) return { value: undefined, problems: read.problems };
  const { care: measure, for: durationS, say } = read.value;
  return { value: { kind: 'care', measure, durationS, say }, problems: [] };
}

const STEP_READERS: Readonly<
  Record<string, (value: Record<string, unknown>, path: PlanPath) => Read<PlanStep>>
> = { treat: readTreat, rest: readRest, care: readCare };
const STEP_KINDS = Object.keys(STEP_READERS);
const EXPECTED = 'a step: `treat: [L1, L2]`, `rest: 60 s` or `care: stretch`';

/** `value` is what the file says at `path`; never throws. */
export function readStep(value: unknown, path: PlanPath): Read<PlanStep> {
  if (!isRecord(value)) {
    const message = `${describeValue(value)} is no step`;
    return { value: undefined, problems: [{ path, message, expected: EXPECTED }] };
  }
  const [kind, second] = STEP_KINDS.filter((name) => Object.hasOwn(value, name));
  if (second !== undefined) {
    const message = `this step says \`${kind}\` and \`${second}\``;
    return { value: undefined, problems: [{ path, message, expected: 'one of them; a step each' }] };
  }
  const reader = kind === undefined ? undefined : STEP_READERS[kind];
  if (reader !== undefined) return reader(value, path);
  for (const key of Object.keys(value)) {
    const meant = nearestName(key, STEP_KINDS);
    if (meant === undefined) continue;
    const message = `unknown key ${quote(key)}; did you mean \`${meant}\`?`;
    return {
      value: undefined,
      problems: [{ path: [...path, key], at: 'key', message, expected: EXPECTED }],
    };
  }
  const message = 'this step says neither `treat` nor `rest` nor `care`';
  return { value: undefined, problems: [{ path, message, expected: EXPECTED }] };
}

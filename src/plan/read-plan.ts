// From the values of a plan file to a plan: shape, units, names and arithmetic, every problem at once.
import type * as z from 'zod';
import { checkSession, checkTreatStep } from './check.ts';
import { problemsOf } from './issues.ts';
import { nearestName } from './nearest.ts';
import type { Plan, PlanStep, PlanTreatStep } from './plan.ts';
import type { PathProblem, PlanPath } from './problem.ts';
import { quote } from './quote.ts';
import {
  describeValue,
  headSchema,
  LATER_HEAD_KEYS,
  LATER_STEP_KEYS,
  PLAN_STEP_MAX_COUNT,
  restSchema,
  treatSchema,
  type HeadDocument,
  type TreatDocument,
} from './schema.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export interface Read<T> {
  readonly value: T | undefined;
  readonly problems: readonly PathProblem[];
}

const HEAD_KEYS = Object.keys(headSchema.shape);
const TREAT_KEYS = Object.keys(treatSchema.shape);
const GROUP_KEYS: Readonly<Record<string, readonly string[]>> = {
  limits: ['sessionDose', 'duration'],
  ramp: ['up', 'down'],
  pulse: ['frequency', 'duty'],
};

const knownKeysUnder =
  (own: readonly string[]) =>
  (path: PlanPath): readonly string[] =>
    path.length === 0 ? own : (GROUP_KEYS[String(path[path.length - 1])] ?? []);

function readWith<T>(
  schema: z.ZodType<T>,
  value: unknown,
  prefix: PlanPath,
  keys: readonly string[],
): Read<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, problems: [] };
  return { value: undefined, problems: problemsOf(parsed.error.issues, value, prefix, knownKeysUnder(keys)) };
}

/** What the full format has and this version does not carry out: named, never read over. */
function takeLaterKeys(
  record: Record<string, unknown>,
  later: Readonly<Record<string, string>>,
  prefix: PlanPath,
): { readonly rest: Record<string, unknown>; readonly problems: readonly PathProblem[] } {
  const problems: PathProblem[] = [];
  const rest = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(record)) {
    const what = Object.hasOwn(later, key) ? later[key] : undefined;
    if (what === undefined) rest[key] = value;
    else {
      const message = `\`${key}\`: this version does not carry out ${what}`;
      problems.push({ path: [...prefix, key], at: 'key', message, expected: `a plan without \`${key}\`` });
    }
  }
  return { rest, problems };
}

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

function readTreat(value: unknown, path: PlanPath): Read<PlanStep> {
  const read = readWith(treatSchema, value, path, TREAT_KEYS);
  if (read.value === undefined) return { value: undefined, problems: read.problems };
  const step = treatStep(read.value);
  return { value: step, problems: checkTreatStep(step, path) };
}

function readRest(value: unknown, path: PlanPath): Read<PlanStep> {
  const read = readWith(restSchema, value, path, ['rest']);
  if (read.value === undefined) return { value: undefined, problems: read.problems };
  return { value: { kind: 'rest', durationS: read.value.rest }, problems: [] };
}

const STEP_KINDS = ['treat', 'rest'];

function readStep(value: unknown, path: PlanPath): Read<PlanStep> {
  const expected = 'a step: `treat: [L1, L2]` or `rest: 60 s`';
  if (!isRecord(value))
    return {
      value: undefined,
      problems: [{ path, message: `${describeValue(value)} is no step`, expected }],
    };
  if (Object.hasOwn(value, 'treat')) return readTreat(value, path);
  if (Object.hasOwn(value, 'rest')) return readRest(value, path);
  const later = takeLaterKeys(value, LATER_STEP_KEYS, path);
  if (later.problems.length > 0) return { value: undefined, problems: later.problems };
  for (const key of Object.keys(value)) {
    const meant = nearestName(key, STEP_KINDS);
    if (meant === undefined) continue;
    const message = `unknown key ${quote(key)}; did you mean \`${meant}\`?`;
    return { value: undefined, problems: [{ path: [...path, key], at: 'key', message, expected }] };
  }
  return {
    value: undefined,
    problems: [{ path, message: 'this step says neither `treat` nor `rest`', expected }],
  };
}

const planOf = (head: HeadDocument, session: readonly PlanStep[]): Plan => ({
  name: head.name,
  title: head.title ?? head.name,
  site: head.site,
  basis: head.basis,
  evidence: undefined,
  session,
  limits: { sessionDoseJPerCm2: head.limits?.sessionDose, durationS: head.limits?.duration },
  course: undefined,
  screening: 'standard',
});

/** `value` is what the file says; never throws. */
export function readPlan(value: unknown): Read<Plan> {
  if (!isRecord(value)) {
    const message = value === undefined || value === null ? 'the file is empty' : 'this is no plan';
    return {
      value: undefined,
      problems: [{ path: [], message, expected: 'a plan that begins `laserbelt: 1`' }],
    };
  }
  const { rest, problems: later } = takeLaterKeys(value, LATER_HEAD_KEYS, []);
  const head = readWith(headSchema, rest, [], HEAD_KEYS);
  const steps = Array.isArray(rest['session']) ? rest['session'] : [];
  // Too many of them is a problem of the head already.
  const read = steps.slice(0, PLAN_STEP_MAX_COUNT).map((step, index) => readStep(step, ['session', index]));
  const session = read.flatMap((step) => (step.value === undefined ? [] : [step.value]));
  const problems = [...later, ...head.problems, ...read.flatMap((step) => step.problems)];
  if (head.value === undefined || problems.length > 0) return { value: undefined, problems };
  const plan = planOf(head.value, session);
  return { value: plan, problems: checkSession(plan) };
}

// From the values of a plan file to a plan: shape, units, names and arithmetic, every problem at once.
import { checkPlan } from './check-plan.ts';
import { everyReader, perWeekSchema, type HeadDocument } from './schema.ts';
import { headSchema, PLAN_STEP_MAX_COUNT } from './schema.ts';
import type { Plan, PlanCourse, PlanStep } from './plan.ts';
import type { PathProblem, PathWarning, PlanPath } from './problem.ts';
import { readStep } from './read-step.ts';
import { isRecord, readWith, type Read } from './read-with.ts';
import { COURSE_GAP_MIN_S } from './check-course.ts';

export interface ReadPlan extends Read<Plan> {
  readonly warnings: readonly PathWarning[];
}

type Every = Pick<PlanCourse, 'everyS' | 'perWeek'>;

/** `every: 1 day` or `every: { perWeek: 5 }`. */
function readEvery(course: unknown): Read<Every> {
  const every = isRecord(course) ? course['every'] : undefined;
  if (!isRecord(course) || !Object.hasOwn(course, 'every'))
    return { value: { everyS: undefined, perWeek: undefined }, problems: [] };
  const path: PlanPath = ['course'];
  if (isRecord(every)) {
    const read = readWith(perWeekSchema, every, [...path, 'every']);
    const value = read.value && { everyS: undefined, perWeek: read.value.perWeek };
    return { value, problems: read.problems };
  }
  const read = readWith(everyReader, { every }, path);
  return {
    value: read.value && { everyS: read.value.every, perWeek: undefined },
    problems: read.problems,
  };
}

const courseOf = (head: HeadDocument, every: Every): PlanCourse | undefined =>
  head.course && { sessions: head.course.sessions, ...every, gapS: head.course.gap ?? COURSE_GAP_MIN_S };

const planOf = (head: HeadDocument, every: Every, session: readonly PlanStep[]): Plan => ({
  name: head.name,
  title: head.title ?? head.name,
  site: head.site,
  basis: head.basis,
  evidence: head.evidence,
  session,
  limits: { sessionDoseJPerCm2: head.limits?.sessionDose, durationS: head.limits?.duration },
  course: courseOf(head, every),
  screening: head.screening ?? 'standard',
});

const refused = (problems: readonly PathProblem[]): ReadPlan => ({
  value: undefined,
  problems,
  warnings: [],
});

/** `value` is what the file says; never throws. */
export function readPlan(value: unknown): ReadPlan {
  if (!isRecord(value)) {
    const message = value === undefined || value === null ? 'the file is empty' : 'this is no plan';
    return refused([{ path: [], message, expected: 'a plan that begins `laserbelt: 1`' }]);
  }
  const head = readWith(headSchema, value, []);
  const every = readEvery(value['course']);
  const steps = Array.isArray(value['session']) ? value['session'] : [];
  // Too many of them is a problem of the head already.
  const read = steps.slice(0, PLAN_STEP_MAX_COUNT).map((step, index) => readStep(step, ['session', index]));
  const problems = [...head.problems, ...every.problems, ...read.flatMap((step) => step.problems)];
  if (head.value === undefined || every.value === undefined || problems.length > 0) return refused(problems);
  const session = read.flatMap((step) => (step.value === undefined ? [] : [step.value]));
  const plan = planOf(head.value, every.value, session);
  return { value: plan, ...checkPlan(plan) };
}

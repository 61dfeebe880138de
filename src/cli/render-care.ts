// A course and the care steps of a visit in words. Pure.
import type { PlanCareStep } from '../plan/plan.ts';
import type { VisitEvent } from './presenter.ts';
import { formatDuration } from './render-session.ts';
import type { CareStatus } from './session-status.ts';
import { printable } from './style.ts';
import type { CareDone } from './visit-outcome.ts';

type CourseEvent = Extract<VisitEvent, { readonly type: 'course' }>;
type CareStarted = Extract<VisitEvent, { readonly type: 'care.started' }>;
type CareEnded = Extract<VisitEvent, { readonly type: 'care.ended' }>;

export function renderCourse({ number, of, planChanged }: CourseEvent): string {
  const changed = planChanged ? ' The plan has been changed since the last one; the course goes on.' : '';
  return `Session ${number} of ${of} of this course.${changed}`;
}

/** The prompt, and how long. */
export function renderCareStarted(
  care: CareStatus | undefined,
  { step, stepCount }: CareStarted,
): readonly string[] {
  if (care === undefined) return [];
  const number = stepCount > 1 ? `Care ${step} of ${stepCount}: ` : '';
  const time = care.durationMs > 0 ? `, ${formatDuration(care.durationMs)}` : '';
  const say = care.say === null ? '' : ` · ${printable(care.say)}`;
  return [`${number}${care.measure}${time}, dark${say}`];
}

const DONE_WORDS: Readonly<Record<CareDone['outcome'], string>> = {
  done: 'done',
  assumed: 'assumed, because of --yes',
  skipped: 'skipped',
  cutShort: 'cut short',
};

const doneWords = ({ measure, outcome, durationMs }: CareDone): string =>
  `${measure} ${DONE_WORDS[outcome]}${durationMs > 0 ? ` (${formatDuration(durationMs)})` : ''}`;

export const renderCareEnded = ({ care, isBooked }: CareEnded): string =>
  `${doneWords(care)}${isBooked ? '' : '; it could not be written into the dose book'}`;

export const renderCareDone = (care: readonly CareDone[]): readonly string[] =>
  care.length === 0 ? [] : [`Care: ${care.map(doneWords).join(', ')}.`];

/** Before anybody arms: what comes beside the light. */
export function renderCarePlanned(steps: readonly PlanCareStep[]): readonly string[] {
  if (steps.length === 0) return [];
  const words = steps.map(({ measure, durationS }) =>
    durationS > 0 ? `${measure} ${formatDuration(durationS * 1000)}` : measure,
  );
  return [`Care steps, dark, each of which may be skipped: ${words.join(', ')}.`];
}

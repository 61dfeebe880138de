// A course and the care steps of a visit in words. Pure.
import type { PlanCareStep } from '../plan/plan.ts';
import type { VisitEvent } from './presenter.ts';
import { formatDuration } from './render-session.ts';
import type { CareStatus } from './session-status.ts';
import { printable } from './style.ts';
import type { CareDone } from './visit-outcome.ts';
import { wrapText } from './wrap.ts';

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

const timeWords = ({ durationMs }: CareDone): string =>
  durationMs > 0 ? ` (${formatDuration(durationMs)})` : '';
const doneWords = (done: CareDone): string => `${done.measure} ${DONE_WORDS[done.outcome]}${timeWords(done)}`;

export const renderCareEnded = ({ care, isBooked }: CareEnded): string =>
  `${doneWords(care)}${isBooked ? '' : '; it could not be written into the dose book'}`;

/** One sentence; those of which the same is to be said stand together. */
export function renderCareDone(care: readonly CareDone[], columns = Infinity): readonly string[] {
  if (care.length === 0) return [];
  const alike = new Map<string, readonly string[]>();
  for (const done of care) {
    const words = `${DONE_WORDS[done.outcome]}${timeWords(done)}`;
    alike.set(words, [...(alike.get(words) ?? []), done.measure]);
  }
  const parts = [...alike].map(([words, measures]) => `${measures.join(', ')} ${words}`);
  return wrapText(`Care: ${parts.join('; ')}.`, columns);
}

/** Before anybody arms: what comes beside the light. */
export function renderCarePlanned(steps: readonly PlanCareStep[]): readonly string[] {
  if (steps.length === 0) return [];
  const words = steps.map(({ measure, durationS }) =>
    durationS > 0 ? `${measure} ${formatDuration(durationS * 1000)}` : measure,
  );
  return [`Care steps, dark, each of which may be skipped: ${words.join(', ')}.`];
}

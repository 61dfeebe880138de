// The questions that a person is asked before light: the checklist of literature and manuals, in words that somebody
// with a sore back understands. A new question is one row in one of the lists.
import { COURSE_QUESTIONS } from './questions-course.ts';
import { DAILY_QUESTIONS } from './questions-daily.ts';
import { RED_FLAG_QUESTIONS } from './questions-red-flags.ts';
import type { ScreeningQuestion } from './screening-question.ts';

/** In the order in which they are asked: what needs a doctor comes first. */
export const CONTRAINDICATIONS: readonly ScreeningQuestion[] = [
  ...RED_FLAG_QUESTIONS,
  ...COURSE_QUESTIONS,
  ...DAILY_QUESTIONS,
];

/** Told before the full form, so that nobody refuses themselves. */
export const NOT_CONTRAINDICATED = {
  words: 'Not a reason against light: a pacemaker, and implants of metal or plastic.',
  source: 'Endolaser 120 manual, Harrington 2022 [lit]',
} as const;

// The answers file on its way from the disk, and the template of one.
import { readFileSync, statSync } from 'node:fs';
import { answersTemplate } from '../plan/answers-template.ts';
import { readAnswers, type GivenAnswers } from '../plan/answers.ts';
import { formatPlanProblem } from '../plan/load.ts';
import type { Plan } from '../plan/plan.ts';
import { CONTRAINDICATIONS, NOT_CONTRAINDICATED } from '../safety/contraindications.ts';
import { questionsFor, screeningFactsOf, type ScreeningFacts } from '../safety/screening.ts';
import type { ScreeningForm } from '../safety/screening-question.ts';

/** A page of text; more is no answers file. */
const FILE_MAX_BYTES = 256 * 1024;

export interface FileRequest {
  readonly file: string;
  readonly facts: ScreeningFacts;
  readonly needed: ScreeningForm;
  readonly person: string;
  readonly nowMs: number;
}

export type AnswersFile =
  { readonly ok: true; readonly value: GivenAnswers } | { readonly ok: false; readonly message: string };

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

/** A pipe or a device has no end that we know of. */
function readText(file: string): string {
  const found = statSync(file);
  if (!found.isFile()) throw new Error('it is no plain file');
  if (found.size > FILE_MAX_BYTES) throw new Error(`it has ${found.size} bytes (at most ${FILE_MAX_BYTES})`);
  return readFileSync(file, 'utf8');
}

/** Every problem with its place, one a line. Never throws. */
export function readAnswersFile({ file, facts, needed, person, nowMs }: FileRequest): AnswersFile {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = WORDS[code] ?? (error instanceof Error ? error.message : String(error));
    return { ok: false, message: `The answers file ${file} cannot be read: ${why}.` };
  }
  const read = readAnswers(text, file, {
    known: CONTRAINDICATIONS,
    full: questionsFor('full', facts),
    short: questionsFor('short', facts),
    needed,
    person,
    nowMs,
    utcOffsetMinutes: -new Date(nowMs).getTimezoneOffset(),
  });
  if (read.ok) return read;
  const problems = read.problems.map(formatPlanProblem);
  return {
    ok: false,
    message: [`The answers file does not answer for this session:`, ...problems].join('\n'),
  };
}

/** For `laserbelt plan new --answers`: YAML text with every question of the plan and no answer. */
export const answersTemplateOf = (plan: Plan, form: ScreeningForm, person: string): string =>
  answersTemplate({
    planName: plan.name,
    form,
    person,
    questions: questionsFor(form, screeningFactsOf(plan)),
    note: form === 'full' ? NOT_CONTRAINDICATED.words : undefined,
  });

// `plan new --answers <plan>`: the questions that a plan asks, as a file to fill in.
import { loadPlan, formatPlanProblem } from '../plan/load.ts';
import { DEFAULT_PERSON } from '../ledger/visit.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import type { Io } from './io.ts';
import { writeNewFile } from './plan-files.ts';
import { readPlan } from './plan-source.ts';
import { answersTemplateOf } from './screen-file.ts';
import { stampNow } from './stamp.ts';

/** Of `plan new`, as commander hands them over. */
export interface PlanNewOptions {
  /** A plan: its questions instead of a plan to begin with. */
  readonly answers?: string;
  readonly short?: boolean;
  readonly person?: string;
  readonly json?: boolean;
}

export interface PlanAnswersRequest extends PlanNewOptions {
  /** A built-in name or a file. */
  readonly plan: string;
  /** Left out: standard output. */
  readonly file: string | undefined;
}

/** YAML; which plan it is decides which questions there are. Throws a usage error for a plan that is none. */
export function planAnswers(request: PlanAnswersRequest, io: Io): ExitCode {
  const { plan: name, file, person = DEFAULT_PERSON, short, json } = request;
  const source = readPlan(name);
  const loaded = loadPlan(source.text, source.file);
  if (!loaded.ok) {
    io.err(`${loaded.problems.map(formatPlanProblem).join('\n')}\n`);
    return EXIT_CODE.usage;
  }
  const text = answersTemplateOf(loaded.plan, short === true ? 'short' : 'full', person);
  if (file === undefined || file === '-') {
    io.out(text);
    return EXIT_CODE.completed;
  }
  writeNewFile(file, text);
  if (json === true) io.out(`${JSON.stringify({ event: 'answers.created', ...stampNow(), file })}\n`);
  else io.out(`${file} is written. Answer every question, then: laserbelt start ${name} --answers ${file}\n`);
  return EXIT_CODE.completed;
}

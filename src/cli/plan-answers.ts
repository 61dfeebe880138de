// `plan new --answers <plan>`: the questions that a plan asks, as a file to fill in.
import { loadPlan, formatPlanProblem } from '../plan/load.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import type { Io } from './io.ts';
import { readPlan } from './plan-source.ts';
import { answersTemplateOf } from './screen-file.ts';

export interface PlanAnswersRequest {
  /** A built-in name or a file. */
  readonly plan: string;
  readonly isShort: boolean;
  readonly person: string;
}

/** YAML on stdout; which plan it is decides which questions there are. Throws a usage error for a plan that is none. */
export function planAnswers({ plan: name, isShort, person }: PlanAnswersRequest, io: Io): ExitCode {
  const source = readPlan(name);
  const loaded = loadPlan(source.text, source.file);
  if (!loaded.ok) {
    io.err(`${loaded.problems.map(formatPlanProblem).join('\n')}\n`);
    return EXIT_CODE.usage;
  }
  io.out(answersTemplateOf(loaded.plan, isShort ? 'short' : 'full', person));
  return EXIT_CODE.completed;
}

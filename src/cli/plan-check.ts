// `plan check`: everything that is wrong with plans, each with its place; for a sound one, the most that it can give.
import { formatPlanProblem } from '../plan/load.ts';
import { readYamlQuickly } from '../plan/quick-yaml-source.ts';
import { EXIT_CODE, worstExitCode } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import type { PlanCheckRequest } from './plan-check-words.ts';
import { findProfile } from './belt-profiles.ts';
import { tellError, usageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { reviewPlan } from './plan-review.ts';
import type { FaultyReview, PlanReview } from './plan-review.ts';
import { readPlan, readStandardInput } from './plan-source.ts';
import { checkedWords, problemRecord, reviewRecord } from './render-check.ts';
import { exceededWords } from './render-worst-case.ts';
import { exceededLines } from './worst-case-words.ts';
import { stampNow } from './stamp.ts';

/** Nobody should take the first list for the last one. */
const formWords = ({ belt }: FaultyReview): string =>
  belt === undefined ? ' The limits of the whole session are judged once this is mended.' : '';

function tellReview(review: PlanReview, file: string, request: PlanCheckRequest, io: Io): void {
  const tellJson = (record: object): void => io.out(`${JSON.stringify(record)}\n`);
  if (request.isJson) {
    if (!review.ok) for (const problem of review.problems) tellJson(problemRecord(problem, stampNow()));
    tellJson(reviewRecord(review, file, stampNow()));
    return;
  }
  if (!review.ok) {
    for (const problem of review.problems) io.out(`${formatPlanProblem(problem)}\n`);
    for (const found of review.exceeded)
      io.err(`${exceededWords(found)}, in these events:\n  ${exceededLines(found).join('\n  ')}\n`);
    const count = review.problems.length;
    const where = review.belt === undefined ? '' : ` on the belt profile ‘${review.belt.name}’`;
    io.err(`laserbelt: ${file} has ${count} problem${count === 1 ? '' : 's'}${where}.${formWords(review)}\n`);
    return;
  }
  if (!request.isQuiet) io.out(`${checkedWords(review, file)}\n`);
}

/** Every file is checked, also after a bad one. 2 when one of them has a problem or cannot be read. */
export async function planCheck(
  request: PlanCheckRequest,
  io: Io,
  readInput: () => Promise<string> = readStandardInput,
): Promise<ExitCode> {
  if (request.files.length === 0)
    throw usageError('plan check needs a plan', 'laserbelt plan check my-plan.yaml; - reads standard input.');
  if (request.files.filter((file) => file === '-').length > 1)
    throw usageError('standard input can be read once', 'Give - once.');
  // A profile that is none is one mistake, and not one for each file.
  if (request.profile !== undefined) findProfile(request.profile);
  let worst: ExitCode = EXIT_CODE.completed;
  for (const file of request.files) {
    try {
      if (file === '-' && io.isInputTerminal) io.err('Reading a plan from the terminal; Ctrl-D ends it.\n');
      const source = file === '-' ? { text: await readInput(), file: '-' } : readPlan(file);
      const review = reviewPlan(source, request.profile, readYamlQuickly);
      tellReview(review, source.file, request, io);
      if (!review.ok) worst = worstExitCode([worst, EXIT_CODE.usage]);
    } catch (error) {
      worst = worstExitCode([worst, tellError(error, request.isJson, io)]);
    }
  }
  return worst;
}

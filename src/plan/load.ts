// Loads a plan: from text to a plan with its warnings, or to every problem with its line and column. A plan is refused
// whole, never in part.
import type { Plan, PlanProblem, PlanWarning } from './plan.ts';
import type { PathMessage } from './problem.ts';
import { readPlan, type ReadPlan } from './read-plan.ts';
import { readYamlSource, type YamlReader } from './yaml-source.ts';

/** What is put to its place at all: finding a place takes as long as the file. */
const PLACED_MAX_COUNT = 1000;
/** More than a person reads at once. */
const PROBLEM_MAX_COUNT = 100;

export type LoadedPlan =
  | {
      readonly ok: true;
      readonly plan: Plan;
      readonly warnings: readonly PlanWarning[];
      /** Puts what a belt cannot do of the plan to its line and column. */
      readonly placeProblems: (placed: readonly PathMessage[]) => readonly PlanProblem[];
    }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

const inOrder = <T extends { readonly line: number; readonly column: number }>(found: readonly T[]): T[] =>
  [...found].sort((left, right) => left.line - right.line || left.column - right.column);

/** `text` is the content of `file`, whose name is only quoted. Never throws. */
export function loadPlan(text: string, file: string, read: YamlReader = readYamlSource): LoadedPlan {
  const source = read(text, 'plan');
  // Behind broken syntax every other complaint would be a guess.
  const found: ReadPlan =
    source.problems.length > 0 ? { value: undefined, problems: [], warnings: [] } : readPlan(source.value);
  const placed = [
    ...source.problems,
    ...found.problems.slice(0, PLACED_MAX_COUNT).map((problem) => source.place(problem)),
  ];
  if (placed.length > 0 || found.value === undefined) {
    const problems = inOrder(placed).slice(0, PROBLEM_MAX_COUNT);
    return { ok: false, problems: problems.map((problem) => ({ file, ...problem })) };
  }
  const warnings = found.warnings.map(({ path, message, source: rule }) => {
    const { line, column } = source.place({ path, message, expected: '' });
    return { file, line, column, message, source: rule };
  });
  const placeProblems = (messages: readonly PathMessage[]): readonly PlanProblem[] =>
    inOrder(
      messages.map(({ path, message }) => ({
        file,
        ...source.place({ path, ...(path.length === 1 ? { at: 'key' } : {}), message, expected: '' }),
      })),
    );
  return { ok: true, plan: found.value, warnings: inOrder(warnings), placeProblems };
}

/** `file:line:column: what is wrong (expected …)` */
export const formatPlanProblem = (problem: PlanProblem): string =>
  `${problem.file}:${problem.line}:${problem.column}: ${problem.message}` +
  (problem.expected === '' ? '' : ` (expected ${problem.expected})`);

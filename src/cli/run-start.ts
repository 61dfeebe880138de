// One session from the plan's text to the outcome; what it needs, loaded and opened in the order in which it can refuse.
import { loadPlan } from '../plan/load.ts';
import type { Plan } from '../plan/plan.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { dryRun } from './dry-run.ts';
import type { Io } from './io.ts';
import { readPlan } from './plan-source.ts';
import { runSession } from './run-session.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';

/** The plan, or every problem of it told. */
export function loadPlanOrTell(request: StartRequest, io: Io): Plan | undefined {
  const source = readPlan(request.plan);
  const loaded = loadPlan(source.text, source.file);
  if (loaded.ok) return loaded.plan;
  for (const problem of loaded.problems) {
    if (request.isJson) io.out(`${JSON.stringify({ event: 'plan.problem', ...stampNow(), ...problem })}\n`);
    const expected = problem.expected === '' ? '' : ` (expected ${problem.expected})`;
    io.err(`${problem.file}:${problem.line}:${problem.column}: ${problem.message}${expected}\n`);
  }
  const count = loaded.problems.length;
  io.err(`laserbelt: ${source.file} has ${count} problem${count === 1 ? '' : 's'}; nothing was started.\n`);
  return undefined;
}

export async function runStart(request: StartRequest, io: Io): Promise<ExitCode> {
  const plan = loadPlanOrTell(request, io);
  if (plan === undefined) return EXIT_CODE.usage;
  return request.isDryRun ? dryRun(request, plan, io) : runSession(request, plan, io);
}

// One visit from the plan's text to the outcome; what it needs, loaded and opened in the order in which it can refuse.
import { existsSync } from 'node:fs';
import { loadPlan } from '../plan/load.ts';
import type { Plan } from '../plan/plan.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { dryRun } from './dry-run.ts';
import type { Io } from './io.ts';
import { readPlan } from './plan-source.ts';
import { alreadyThere } from './record-file.ts';
import { outcomeRecord } from './render-outcome.ts';
import { newVisitId, runVisit } from './run-visit.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';
import { digestOfPlan } from './visit-facts.ts';
import { systemWorld, type World } from './world.ts';

export interface LoadedPlan {
  readonly plan: Plan;
  readonly planDigest: string;
  readonly planText: string;
}

/** The last line of a session is its outcome, also when a wrong plan kept it from beginning. */
const closingOf = ({ plan }: StartRequest, problemCount: number): object =>
  outcomeRecord(
    {
      outcome: 'refused',
      emissionOff: 'neverOn',
      hazard: null,
      hazards: [],
      session: newVisitId(),
      plan,
      durationMs: 0,
      emissionMs: 0,
      zones: [],
      message: `The plan has ${problemCount} problem${problemCount === 1 ? '' : 's'}; nothing was started.`,
      exitCode: EXIT_CODE.usage,
    },
    stampNow(),
  );

/** The plan, or every problem of it told. */
function loadPlanOrTell(request: StartRequest, io: Io): LoadedPlan | undefined {
  const source = readPlan(request.plan);
  const loaded = loadPlan(source.text, source.file);
  if (loaded.ok) return { plan: loaded.plan, planDigest: digestOfPlan(source.text), planText: source.text };
  for (const problem of loaded.problems) {
    if (request.isJson) io.out(`${JSON.stringify({ event: 'plan.problem', ...stampNow(), ...problem })}\n`);
    const expected = problem.expected === '' ? '' : ` (expected ${problem.expected})`;
    io.err(`${problem.file}:${problem.line}:${problem.column}: ${problem.message}${expected}\n`);
  }
  const count = loaded.problems.length;
  io.err(`laserbelt: ${source.file} has ${count} problem${count === 1 ? '' : 's'}; nothing was started.\n`);
  if (request.isJson && !request.isDryRun) io.out(`${JSON.stringify(closingOf(request, count))}\n`);
  return undefined;
}

export async function runStart(request: StartRequest, io: Io, world: World = systemWorld): Promise<ExitCode> {
  // Told before anybody is asked anything.
  if (request.recordFile !== undefined && existsSync(request.recordFile))
    throw alreadyThere(request.recordFile);
  const loaded = loadPlanOrTell(request, io);
  if (loaded === undefined) return EXIT_CODE.usage;
  return request.isDryRun ? dryRun(request, loaded, io, world) : runVisit(request, loaded, io, world);
}

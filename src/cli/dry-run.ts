// `start --dry-run`: asks the belt what it is, shows what the plan would do on it, and leaves. Nothing is armed.
import type { BeltEvent } from '../belt/belt.ts';
import { programTable } from '../plan/describe.ts';
import type { Plan } from '../plan/plan.ts';
import { resolveProgram } from '../plan/program.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { composeBelt } from './compose.ts';
import { credentialsOf, lookUpKey, wordsOfProblem } from './credentials.ts';
import type { Io } from './io.ts';
import { renderProgram } from './render-plan.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';
import { explainUnreachable } from './transports.ts';

type Opened = Extract<BeltEvent, { type: 'belt.opened' | 'belt.unreachable' | 'link.lost' }>;

export async function dryRun(request: StartRequest, plan: Plan, io: Io): Promise<ExitCode> {
  let settle: (event: Opened) => void = () => undefined;
  const opened = new Promise<Opened>((resolve) => {
    settle = resolve;
  });
  const lookup = await lookUpKey(request.belt, io.env);
  if (!lookup.ok) {
    io.err(`laserbelt: ${wordsOfProblem(lookup.problem)}\n`);
    return EXIT_CODE.refused;
  }
  const credentials = lookup.key === undefined ? undefined : credentialsOf(lookup.key);
  const composed = await composeBelt(request, credentials, (event) => {
    if (event.type === 'belt.opened' || event.type === 'belt.unreachable' || event.type === 'link.lost')
      settle(event);
  });
  composed.run();
  composed.belt.open();
  // Bounded by the port: it opens or gives up within 15 s.
  const event = await opened;
  composed.belt.close();
  composed.dispose();
  if (event.type !== 'belt.opened') {
    const failure = event.type === 'belt.unreachable' ? event.failure : 'timedOut';
    io.err(`laserbelt: ${explainUnreachable(request.belt.address, failure, event.detail)}\n`);
    return failure === 'notPaired' ? EXIT_CODE.refused : EXIT_CODE.beltUnreachable;
  }
  const resolved = resolveProgram(plan, event.profile);
  if (!resolved.ok) {
    for (const problem of resolved.problems)
      io.err(`laserbelt: the plan does not fit this belt: ${problem}\n`);
    return EXIT_CODE.refused;
  }
  const table = programTable(resolved.program, event.profile);
  if (request.isJson) {
    io.out(
      `${JSON.stringify({ event: 'session.planned', ...stampNow(), plan: plan.name, site: plan.site, ...table })}\n`,
    );
  } else {
    const basis = plan.basis === undefined ? [] : [`Basis: ${plan.basis}`];
    io.out(`${[plan.title, ...basis, '', ...renderProgram(table, plan.site)].join('\n')}\n`);
    io.err('Dry run: nothing was armed.\n');
  }
  return EXIT_CODE.completed;
}

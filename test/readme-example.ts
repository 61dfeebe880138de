import {
  createGattBelt,
  createInProcessTransport,
  createMemoryDoseBook,
  createSession,
  createSimulatedBelt,
  createVirtualClock,
  fixedWallClock,
  formatPlanProblem,
  loadPlan,
  resolveProgram,
  type SessionEvent,
  type SessionOutcome,
} from '../src/index.ts';

/** A whole session of a plan on a simulated belt, in virtual time. */
export function treat(planText: string): SessionOutcome | undefined {
  const loaded = loadPlan(planText, 'plan.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(formatPlanProblem).join('\n'));
  const { plan } = loaded;
  const clock = createVirtualClock();
  const transport = createInProcessTransport({ clock, peripheral: createSimulatedBelt({ clock, seed: 1 }) });
  const tell = (event: SessionEvent): void => session.send(event);
  const belt = createGattBelt({ transport, address: 'sim', clock, onEvent: tell });
  const book = createMemoryDoseBook({
    clock,
    onEvent: tell,
    wallClock: fixedWallClock('2026-01-01T00:00:00Z'),
  });
  let hasAgreed = false;
  let outcome: SessionOutcome | undefined;
  const session = createSession(
    {
      planName: plan.name,
      sessionTag: '0123456789abcdef', // 16 hex digits, new for every session
      address: 'sim',
      resolve: (profile) => resolveProgram(plan, profile),
    },
    { clock, belt, book },
    {
      onView(view) {
        if (view.state !== 'ready' || hasAgreed) return;
        hasAgreed = true; // with a real belt: ask a person here
        session.send({ type: 'operator.arm', atMs: clock.nowMs(), consent: 'atController' });
      },
      onOutcome: (result) => (outcome = result),
    },
  );
  session.send({ type: 'operator.start', atMs: clock.nowMs() });
  while (outcome === undefined) clock.advance(1000);
  transport.dispose();
  return outcome;
}

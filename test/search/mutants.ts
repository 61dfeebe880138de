// Defects that the search must find: the shipped machine with one thing about it wrong.
import { initialContext, type SessionContext } from '../../src/session/context.ts';
import type { Effect } from '../../src/session/effects.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { placeOf } from '../../src/session/session-logic.ts';
import { shortLogic, type SearchedLogic, type Snapshot, type Step } from './logic.ts';

type Stepper = SearchedLogic['step'];
const shipped: Stepper = shortLogic.step;

const mutant = (name: string, step: Stepper): SearchedLogic => ({ name, begin: shortLogic.begin, step });

const withFacts = (snapshot: Snapshot, more: Partial<SessionContext>): Snapshot => ({
  ...snapshot,
  context: { session: { ...snapshot.context.session, ...more } },
});

/** Steps as shipped, then changes what went out. */
const sending =
  (change: (effects: readonly Effect[], taken: Step) => readonly Effect[]): Stepper =>
  (snapshot, event) => {
    const taken = shipped(snapshot, event);
    return { ...taken, effects: change(taken.effects, taken) };
  };

/** As shipped, but these events never arrive in these places. */
const deaf =
  (isLost: (place: string, event: SessionEvent, snapshot: Snapshot) => boolean): Stepper =>
  (snapshot, event) =>
    isLost(placeOf(snapshot), event, snapshot) ? { snapshot, effects: [] } : shipped(snapshot, event);

const lit = (effect: Effect): Effect =>
  effect.kind === 'belt.lease' && effect.request.zones === 0
    ? { ...effect, request: { ...effect.request, zones: 1, ceiling: 0.1 } }
    : effect;

/** A resume that nobody asked for, as soon as the belt is paused and touches the skin. */
const resumesByItself: Stepper = (snapshot, event) => {
  const taken = shipped(snapshot, event);
  if (placeOf(taken.snapshot) !== 'paused.holding' || event.type !== 'belt.tick') return taken;
  if (event.report.state !== 'paused' || taken.snapshot.status !== 'active') return taken;
  const resumed = shipped(taken.snapshot, { type: 'operator.resume', atMs: event.atMs });
  return { snapshot: resumed.snapshot, effects: [...taken.effects, ...resumed.effects] };
};

const withoutHazards: Stepper = (snapshot, event) =>
  shipped(
    snapshot,
    event.type === 'belt.tick' && placeOf(snapshot) === 'emitting'
      ? {
          ...event,
          report: {
            ...event.report,
            hazards: 0,
            zones: event.report.zones.map((zone) => ({ ...zone, skinTemperatureC: 33, contact: true })),
          },
        }
      : event,
  );

const confirmsByItself: Stepper = (snapshot, event) => {
  const taken = shipped(snapshot, event);
  const { stopping } = taken.snapshot.context.session;
  if (placeOf(taken.snapshot) !== 'stopping.confirming' || stopping === undefined) return taken;
  const confirmed = { ...stopping, confirmed: true, darkAtMs: event.atMs };
  return { ...taken, snapshot: withFacts(taken.snapshot, { stopping: confirmed }) };
};

const throwsOnce: Stepper = (snapshot, event) => {
  if (placeOf(snapshot) === 'paused.resuming' && event.type === 'belt.noticed') throw new Error('a bug');
  return shipped(snapshot, event);
};

/** Beside each defect the words of the rule that finds it. */
export const MUTANTS: readonly (readonly [SearchedLogic, RegExp])[] = [
  [
    mutant(
      'ignores STOP in the countdown',
      deaf((place, { type }) => place === 'countdown' && type === 'operator.stop'),
    ),
    /STOP leaves it in countdown/,
  ],
  [
    mutant(
      'ignores a failure of its own while it resumes',
      deaf((place, { type }) => place === 'paused.resuming' && type === 'controller.failed'),
    ),
    /STOP leaves it in paused/,
  ],
  [
    mutant(
      'leases light while paused',
      sending((effects, { snapshot }) =>
        placeOf(snapshot).startsWith('paused.') ? effects.map(lit) : effects,
      ),
    ),
    /light while paused|light outside of emitting/,
  ],
  [
    mutant(
      'leases light in the countdown',
      sending((effects, { snapshot }) => (placeOf(snapshot) === 'countdown' ? effects.map(lit) : effects)),
    ),
    /light outside of emitting/,
  ],
  [mutant('confirms without a tick', confirmsByItself), /confirmed/],
  [mutant('resumes without a person', resumesByItself), /RESUME without a person|light while paused/],
  [
    mutant('does not look at the skin while it emits', withoutHazards),
    /goes on although|light without skin contact|light on skin|light after/,
  ],
  [
    mutant('ends without a STOP when told to stop', (snapshot, event) => {
      const taken = shipped(snapshot, event);
      const isTold = event.type === 'operator.stop';
      return isTold ? { ...taken, effects: taken.effects.filter(({ kind }) => kind !== 'belt.stop') } : taken;
    }),
    /STOP does not reach the belt/,
  ],
  [
    mutant(
      'leases beyond what is booked',
      sending((effects) =>
        effects.map((effect) =>
          effect.kind === 'belt.lease' && effect.request.zones !== 0
            ? { ...effect, request: { ...effect.request, ceiling: 1 } }
            : effect,
        ),
      ),
    ),
    /beyond what is durable/,
  ],
  [
    mutant(
      'leases in an epoch to come',
      sending((effects) =>
        effects.map((effect) =>
          effect.kind === 'belt.lease'
            ? { ...effect, request: { ...effect.request, epoch: effect.request.epoch + 1 } }
            : effect,
        ),
      ),
    ),
    /of an epoch/,
  ],
  [
    mutant('arms before anybody says yes', (snapshot, event) => {
      const taken = shipped(snapshot, event);
      return event.type === 'belt.prepared' && placeOf(taken.snapshot) === 'ready.waiting'
        ? shipped(taken.snapshot, { type: 'operator.arm', atMs: event.atMs, consent: 'atController' })
        : taken;
    }),
    /without a person/,
  ],
  [
    mutant('waits for the book for ever', (snapshot, event) => {
      const taken = shipped(snapshot, event);
      if (placeOf(taken.snapshot) !== 'stopping.closing') return taken;
      const deadlines = { ...initialContext(taken.snapshot.context.session.input).deadlines };
      return { ...taken, snapshot: withFacts(taken.snapshot, { deadlines }) };
    }),
    /waits .*without a bound|waits for ever/,
  ],
  [
    mutant(
      'does not hear its own deadlines while it confirms',
      deaf((place, { type }) => place === 'stopping.confirming' && type === 'timer.due'),
    ),
    /never ends/,
  ],
  [mutant('throws at a notice', throwsOnce), /throws/],
  [
    mutant(
      'keeps the link',
      sending((effects) => effects.filter(({ kind }) => kind !== 'belt.close')),
    ),
    /ends with the link open/,
  ],
];

// What must be true in every state and after every step, each rule by itself, in words of the design's invariants.
import { earliestDeadlineMs } from '../../src/session/deadlines.ts';
import { concludeSession } from '../../src/session/conclude.ts';
import type { LeaseRequest } from '../../src/belt/belt.ts';
import type { Effect } from '../../src/session/effects.ts';
import { placeOf } from '../../src/session/session-logic.ts';
import { SEARCHED_PROGRAM, type Snapshot } from './logic.ts';
import type { Act } from './acts.ts';
import type { Witness } from './witness.ts';

/** One step, and what was known around it. */
export interface Taken {
  readonly before: Snapshot;
  readonly act: Act;
  readonly after: Snapshot;
  readonly effects: readonly Effect[];
  /** Before the event, with the event, and with what the machine did about it. */
  readonly known: Witness;
  readonly heard: Witness;
  readonly witness: Witness;
}

/** How far a status may be behind when light is leased upon it (H14). */
const STATUS_AGE_MS = 850;

function judgeLease(request: LeaseRequest, { heard, after }: Taken): string | undefined {
  const { newest } = heard;
  const atMs = after.context.session.nowMs;
  if (!heard.saidYes) return 'light without a person who said yes';
  if (!heard.isArmAcknowledged) return 'light before the belt has acknowledged ARM';
  if (!heard.mayShine) return 'light while paused: no person has resumed it';
  if (heard.over !== undefined) return `light after the end of it: ${heard.over}`;
  if (!heard.isBegun) return 'light without a durable intent';
  if (!heard.isLinkUp) return 'light without a link';
  if (request.epoch !== heard.epoch) return 'light of an epoch that the belt has not acknowledged';
  const ceiling = heard.durable.get(request.step) ?? 0;
  if (!(request.ceiling <= ceiling)) return 'light beyond what is durable in the book';
  if (newest === undefined || request.tick !== newest.tick) return 'light upon another tick than the newest';
  if (!(atMs - heard.newestAtMs <= STATUS_AGE_MS)) return 'light upon a stale tick';
  if (newest.step > request.step) return 'light for a step that the belt has left';
  for (const zone of newest.zones) {
    if (((request.zones >>> zone.zone) & 1) === 0) continue;
    const prescribed = SEARCHED_PROGRAM.prescription.steps[request.step]?.find(
      (found) => found.zone === zone.zone,
    );
    if (prescribed === undefined) return 'light for a zone that has no part in the step';
    if (newest.step !== request.step) continue;
    if (!zone.contact) return 'light without skin contact';
    if (!(zone.skinTemperatureC < 43)) return 'light on skin that is too hot, or that nobody can read';
    const cap = request.ceiling * prescribed.radiantExposureJPerCm2;
    if (!(zone.deliveredJPerCm2 < cap)) return 'light for a zone that has had what was booked';
    if (zone.status === 'done' || zone.status === 'cutOff' || zone.status === 'endedShort')
      return 'light for a zone that has ended';
  }
  return request.zones >>> newest.zones.length === 0
    ? undefined
    : 'light for zones that the belt does not have';
}

const ENABLING = new Set<Effect['kind']>(['belt.prepare', 'belt.arm', 'belt.resume', 'belt.lease']);

function judgeEffects(taken: Taken): string | undefined {
  const { effects, known, after } = taken;
  for (const effect of effects) {
    if (effect.kind === 'belt.lease' && effect.request.zones !== 0) {
      const found = judgeLease(effect.request, taken);
      if (found !== undefined) return found;
      if (placeOf(after) !== 'emitting') return 'light outside of emitting';
    }
    if (effect.kind === 'belt.arm' && !taken.heard.saidYes) return 'ARM without a person who said yes';
    if (effect.kind === 'belt.arm' && !taken.heard.isBegun) return 'ARM without a durable intent';
    if (effect.kind === 'belt.arm' && !(taken.heard.durable.size > 0))
      return 'ARM without a durable reservation';
    if (effect.kind === 'belt.resume' && taken.act.event.type !== 'operator.resume')
      return 'RESUME without a person';
    if (ENABLING.has(effect.kind) && after.context.session.phase === 'stopping')
      return `${effect.kind} while stopping`;
    if (ENABLING.has(effect.kind) && known.stopTick !== undefined) return `${effect.kind} after STOP`;
  }
  return undefined;
}

const IS_STOP = new Set<string>(['operator.stop', 'operator.abandon', 'controller.failed']);

/** STOP is obeyed within the step: it goes out, or there is nothing that could be lit and no way to say it. */
function judgeStop({ act, before, after, effects, heard, witness }: Taken): string | undefined {
  if (!IS_STOP.has(act.event.type) || before.status !== 'active') return undefined;
  const place = placeOf(after);
  if (after.status === 'active' && !place.startsWith('stopping.')) return `STOP leaves it in ${place}`;
  if (!heard.isArmed || witness.stopTick !== undefined || heard.saidOff) return undefined;
  if (effects.some(({ kind }) => kind === 'belt.stop' || kind === 'belt.close')) return undefined;
  return heard.isLinkUp ? 'STOP does not reach the belt in the same step' : undefined;
}

/** A hazard of the whole session is answered within the step that tells it. */
function judgeHazard({ act, after, known, heard, before }: Taken): string | undefined {
  if (act.event.type !== 'belt.tick' || known.over !== undefined || heard.over === undefined)
    return undefined;
  const { phase } = before.context.session;
  if (phase !== 'emitting' && phase !== 'paused') return undefined;
  return after.status === 'active' && !placeOf(after).startsWith('stopping.')
    ? `goes on although: ${heard.over}`
    : undefined;
}

function judgeConfirmation({ before, after, act, heard }: Taken): string | undefined {
  const confirmed = after.context.session.stopping?.confirmed === true;
  if (!confirmed) return undefined;
  if (!heard.saidOff) return 'confirmed although the belt did not say off after STOP';
  const was = before.context.session.stopping?.confirmed === true;
  return was || act.event.type === 'belt.tick' ? undefined : 'confirmed by something else than a tick';
}

/** A session that is over says what is true of it. */
function judgeOutcome({ after, witness }: Taken): string | undefined {
  if (after.status !== 'done') return undefined;
  const outcome = concludeSession(after.context.session);
  if (outcome.outcome !== placeOf(after)) return `ends ${placeOf(after)} and says ${outcome.outcome}`;
  if (outcome.emissionOff === 'confirmed' && !witness.saidOff) return 'says confirmed without the belt';
  if (outcome.emissionOff === 'neverOn' && witness.isArmed) return 'says never on after ARM';
  if (outcome.emissionOff === 'unconfirmed' && outcome.exitCode !== 7 && outcome.exitCode !== 8)
    return `unconfirmed light with exit code ${outcome.exitCode}`;
  if (outcome.exitCode === 0 && !(outcome.outcome === 'completed' && outcome.emissionOff === 'confirmed'))
    return 'exit code 0 without a confirmed completion';
  if (witness.isLinkUp) return 'ends with the link open';
  return undefined;
}

/** No state waits for ever; what is said of the state is where it is. */
function judgeState({ after }: Taken): string | undefined {
  const { session } = after.context;
  if (after.status === 'error' || after.status === 'stopped') return `status ${after.status}`;
  if (after.status === 'done') return undefined;
  const place = placeOf(after);
  if (!place.startsWith(session.phase)) return `is in ${place} and calls it ${session.phase}`;
  if (place === 'standby') return undefined;
  const dueMs = earliestDeadlineMs(session.deadlines);
  return dueMs < Infinity ? undefined : `waits without a bound in ${place}`;
}

const RULES: readonly ((taken: Taken) => string | undefined)[] = [
  judgeEffects,
  judgeStop,
  judgeHazard,
  judgeConfirmation,
  judgeOutcome,
  judgeState,
];

/** Everything that this step breaks; empty when all is well. */
export const brokenBy = (taken: Taken): readonly string[] =>
  RULES.flatMap((rule) => {
    const found = rule(taken);
    return found === undefined ? [] : [found];
  });

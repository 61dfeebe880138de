// Runs the controller over a recording, turn by turn: the shipped session on a clock, a belt and a dose book that do
// nothing but compare. Nothing is opened and nothing is lit.
import { createHash } from 'node:crypto';
import type { BeltProfile } from '../belt/belt.ts';
import { assertNever } from '../errors.ts';
import type { Resolution } from '../session/context.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import { createSession, type Session } from '../session/session.ts';
import { actOnCare, runCare, type CareRun } from './care-run.ts';
import { lookAtBelt, type LookEvent } from './look.ts';
import { createShownWatch, tapedBelt, tapedBook, type CallWorld } from './record-session.ts';
import { sessionFacts, type InputEntry, type OutcomeFacts, type RecordedInput } from './recording-format.ts';
import type { ReplayLine } from './recording-shapes.ts';
import { createReplayClock } from './replay-clock.ts';
import { createTurnScript, type Difference, type TailLine, type TurnScript } from './replay-turn.ts';
import { replayVisit, type ReplayedVisit } from './replay-visit.ts';

/** More lines than any turn of a session has: a file that has them was not written by one. */
const TURN_MAX_COUNT = 20_000;

export interface ReplayFound {
  readonly sessionCount: number;
  readonly inputCount: number;
  /** Those that are the recorded ones. */
  readonly decisionCount: number;
  /** SHA-256 of them, in order. */
  readonly decisionDigest: string;
  /** From the first input to the last. */
  readonly durationMs: number;
  /** False: the recorder was killed, or could not go on. */
  readonly isComplete: boolean;
  readonly outcomes: readonly SessionOutcome[];
  /** Of a whole visit. */
  readonly ended: OutcomeFacts | undefined;
  readonly difference: Difference | undefined;
  readonly beganAtMs: number;
}

/** `problem`: what is wrong with the line; nothing more of the file is used. */
export type Fed =
  { readonly ok: true } | { readonly ok: false; readonly line: number; readonly problem: string };
const FED: Fed = { ok: true };

export interface Replay {
  feed(line: ReplayLine): Fed;
  /** After the last line. */
  end(): Fed;
  found(): ReplayFound;
}

const NOBODY = { call: (): void => undefined };
const noBelt = {
  ...{ open: NOBODY.call, prepare: NOBODY.call, arm: NOBODY.call, pause: NOBODY.call },
  ...{ resume: NOBODY.call, clear: NOBODY.call, poll: NOBODY.call, lease: NOBODY.call },
  ...{ readRecord: NOBODY.call, stop: NOBODY.call, close: NOBODY.call },
};
const noBook = {
  ...{ load: NOBODY.call, allow: NOBODY.call, begin: NOBODY.call },
  ...{ reserve: NOBODY.call, reconcile: NOBODY.call, close: NOBODY.call },
};

/** What a light of a visit may have is worked out from the lights before; older recordings do not say it. */
function compareLightLeft(
  { emissionMaxMs }: RecordedInput,
  visit: ReplayedVisit | undefined,
  script: TurnScript | undefined,
): void {
  const leftMs = visit?.emissionLeftMs();
  if (emissionMaxMs === undefined || leftMs === undefined || emissionMaxMs === leftMs) return;
  script?.differ({ t: 'session', emissionMaxMs }, { t: 'session', emissionMaxMs: leftMs });
}

export function createReplay(): Replay {
  const digest = createHash('sha256');
  const outcomes: SessionOutcome[] = [];
  let inputCount = 0;
  let decisionCount = 0;
  let sessionCount = 0;
  let firstAtMs = NaN;
  let lastAtMs = NaN;
  let head: Extract<ReplayLine, { readonly kind: 'input' }> | undefined;
  let tail: TailLine[] = [];
  let script: TurnScript | undefined;
  let difference: Difference | undefined;
  let problem: string | undefined;
  let session: Session | undefined;
  let visit: ReplayedVisit | undefined;
  let care: CareRun | undefined;
  let look: ((event: LookEvent) => void) | undefined;
  let ended: OutcomeFacts | undefined;
  let isSessionOpen = false;

  const clock = createReplayClock(() => script);
  const call: CallWorld = (name, args) => {
    script?.decide({ t: 'did', call: name, with: args });
    script?.world('call');
  };

  /** Of a visit the plan decides; a session without one takes what it was given. */
  function resolve(profile: BeltProfile): Resolution {
    const recorded = script?.answer()?.entry;
    if (recorded?.t === 'threw') script?.world('call');
    const resolution =
      visit?.resolve(profile) ?? (recorded?.t === 'resolved' ? recorded.resolution : undefined);
    if (resolution === undefined) return { ok: false, problems: ['the recording ends here'] };
    script?.decide({ t: 'resolved', resolution });
    return resolution;
  }

  function beginSession(input: RecordedInput): void {
    const watch = createShownWatch();
    let viewCount = 0;
    let turn: TurnScript | undefined;
    sessionCount++;
    isSessionOpen = true;
    compareLightLeft(input, visit, script);
    session = createSession(
      { ...input, resolve },
      { clock, belt: tapedBelt(noBelt, call), book: tapedBook(noBook, call) },
      {
        onView(view, event) {
          if (turn !== script) viewCount = 0;
          turn = script;
          visit?.note(event, view.profile !== undefined);
          const shown = watch(view);
          if (shown !== undefined) script?.decide({ t: 'shown', shown });
          script?.world(++viewCount);
        },
        onOutcome(outcome) {
          script?.decide({ t: 'outcome', outcome: sessionFacts(outcome, input) });
          outcomes.push(outcome);
          visit?.blockEnded(outcome);
          isSessionOpen = false;
        },
      },
    );
  }

  function beginVisit(entry: Extract<InputEntry, { readonly t: 'visit' }>): void {
    const found = replayVisit(entry);
    if (found.ok) visit = found.visit;
    else script?.differ({ t: 'visit', plan: 'read' }, { t: 'visit', problems: found.problems });
  }

  function take(entry: InputEntry): void {
    inputCount++;
    switch (entry.t) {
      case 'visit':
        return beginVisit(entry);
      case 'look':
        // What comes of it is seen in what follows.
        void lookAtBelt(tapedBelt(noBelt, call), (handler) => void (look = handler));
        return undefined;
      case 'seen':
        if (look === undefined) problem ??= 'a belt is seen before anybody looks';
        if (entry.event.type === 'belt.opened') visit?.look(entry.event.profile);
        return look?.(entry.event);
      case 'session':
        return beginSession(entry.input);
      case 'event':
        if (session === undefined) problem ??= 'an event before there is a session';
        return session?.send(entry.event);
      case 'fired':
        if (!clock.fire(entry.timer)) problem ??= `timer ${entry.timer} runs out, and is not set`;
        return undefined;
      case 'care': {
        const { say, ...step } = entry.step;
        care = runCare({
          step: { ...step, kind: 'care', say: say ?? undefined },
          clock,
          isConfirmed: entry.isConfirmed,
          onTick: () => undefined,
          onEnd: (end) => script?.decide({ t: 'cared', end }),
        });
        return undefined;
      }
      case 'act':
        if (care === undefined) problem ??= 'a key for a care step before there is one';
        return care === undefined ? undefined : actOnCare(care, entry.act);
      case 'between':
        if (visit === undefined) problem ??= 'the end of a visit that never began';
        ended = visit?.end(entry.end ?? undefined);
        if (ended !== undefined) script?.decide({ t: 'ended', outcome: ended });
        return undefined;
      default:
        return assertNever(entry);
    }
  }

  function runTurn(isCutShort: boolean): Fed {
    if (head === undefined || difference !== undefined) return FED;
    const { number, entry, nowMs } = head;
    if (Number.isNaN(firstAtMs)) firstAtMs = nowMs;
    lastAtMs = nowMs;
    const turn = createTurnScript({ head, tail, isCutShort }, take, (body) => {
      decisionCount++;
      digest.update(body).update('\n');
    });
    script = turn;
    take(entry);
    turn.finish();
    ({ difference } = turn);
    head = undefined;
    tail = [];
    return problem === undefined ? FED : { ok: false, line: number, problem };
  }

  const isComplete = (): boolean =>
    sessionCount + inputCount > 0 && (visit === undefined ? !isSessionOpen : ended !== undefined);

  return {
    feed(line) {
      if (line.kind === 'input') {
        const fed = runTurn(false);
        head = line;
        return fed;
      }
      if (head === undefined)
        return difference !== undefined
          ? FED
          : { ok: false, line: line.number, problem: 'a decision before anything that it could follow from' };
      if (tail.length >= TURN_MAX_COUNT)
        return { ok: false, line: line.number, problem: `more than ${TURN_MAX_COUNT} lines of one turn` };
      tail.push(line);
      return FED;
    },
    end: () => runTurn(true),
    found: () => ({
      sessionCount,
      inputCount,
      decisionCount,
      decisionDigest: digest.copy().digest('hex'),
      durationMs: Number.isNaN(firstAtMs) ? 0 : lastAtMs - firstAtMs,
      isComplete: difference === undefined && isComplete(),
      outcomes,
      ended,
      difference,
      beganAtMs: firstAtMs,
    }),
  };
}

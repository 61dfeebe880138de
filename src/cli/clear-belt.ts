// CLEAR on one belt: connect, read what is latched, have a person say yes, ask the belt. The latch is the belt's own, and
// the belt alone decides whether the hazard is gone; nothing here can overrule it.
import type { BeltEvent, BeltPort, BeltReport, CommandOutcome } from '../belt/belt.ts';
import type { Clock } from '../clock.ts';
import { hazardName, hazardOfNumber } from '../safety/hazards.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode, HazardId } from '../session/outcome.ts';
import type { ConnectFailure } from '../transport/transport.ts';
import { beltNameOf } from './arming.ts';
import { hazardWords } from './render-session.ts';
import { explainUnreachable } from './transports.ts';

/** A belt sends four ticks a second; this many seconds without one, and it cannot be asked either. */
const TICK_MAX_MS = 5000;
const HAZARD_MAX_NUMBER = 24;

export interface LatchedBelt {
  readonly address: string;
  /** As it advertises itself: what the person types. */
  readonly name: string;
  readonly simulated: boolean;
  readonly isLockedOut: boolean;
  readonly hazards: readonly HazardId[];
}

export type Consent = 'yes' | 'no' | 'unanswered' | 'interrupted';

export interface ClearResult {
  /** Nothing is latched any more, or nothing was. */
  readonly isClear: boolean;
  /** What was latched when the belt was reached. */
  readonly latched: readonly HazardId[];
  /** What the belt says is still there. */
  readonly hazard: HazardId | null;
  readonly message: string;
  readonly exitCode: ExitCode;
}

export interface ClearPorts {
  readonly address: string;
  readonly clock: Clock;
  createBelt(onEvent: (event: BeltEvent) => void): BeltPort;
  /** Asked once, of a belt with something latched. Aborted when the belt is lost meanwhile. */
  ask(belt: LatchedBelt, calledOff: AbortSignal): Promise<Consent>;
}

/** Latched by this list, or a hazard that only a newer belt knows: that one may be latched. */
function latchedHazards({ hazards }: BeltReport): readonly HazardId[] {
  const found: HazardId[] = [];
  for (let number = 1; number <= HAZARD_MAX_NUMBER; number++) {
    if (((hazards >>> (number - 1)) & 1) === 0) continue;
    if (hazardOfNumber(number)?.latched !== false) found.push(hazardName(number));
  }
  return found;
}

type Verdict = Omit<ClearResult, 'latched'>;

const refused = (message: string, hazard: HazardId | null = null): Verdict => ({
  isClear: false,
  hazard,
  message,
  exitCode: EXIT_CODE.refused,
});
const unreachable = (message: string): Verdict => ({
  isClear: false,
  hazard: null,
  message,
  exitCode: EXIT_CODE.beltUnreachable,
});

const verdictOfUnreachable = (address: string, failure: ConnectFailure, detail: string): Verdict => {
  const words = explainUnreachable(address, failure, detail);
  return failure === 'notPaired' ? refused(`Not cleared. ${words}`) : unreachable(words);
};

const inUse = (address: string): Verdict =>
  refused(`Not cleared: ${address} is in use. End its session first: laserbelt stop`);

const shining = (address: string): Verdict =>
  refused(`Not cleared: ${address} SHINES NOW. Take the belt off and pull its battery.`, 'H10');

/** A belt that was not asked, or one that may have done it without saying so. */
const noAnswer = (address: string): Verdict =>
  unreachable(`${address} did not answer. Come nearer and try again; clearing twice does no harm.`);

function verdictOfAnswer(address: string, latched: readonly HazardId[], outcome: CommandOutcome): Verdict {
  switch (outcome.kind) {
    case 'acknowledged': {
      const message = `Cleared ${latched.map(hazardWords).join(', ')} at ${address}. The belt stays dark until a new session.`;
      return { isClear: true, hazard: null, message, exitCode: EXIT_CODE.completed };
    }
    case 'notSent':
    case 'unknown':
      return noAnswer(address);
    case 'rejected': {
      if (outcome.code === 'notOwner' || outcome.code === 'wrongState' || outcome.code === 'busy')
        return inUse(address);
      if (outcome.code !== 'hazardActive' || outcome.hazard === 0)
        return refused(
          `Not cleared: the belt refused (${outcome.code}). Switch it off and on, then try again.`,
        );
      const id = hazardName(outcome.hazard);
      const description = hazardOfNumber(outcome.hazard)?.description ?? 'Have the belt checked.';
      return refused(`Not cleared: ${hazardWords(id)} is still there. ${description}`, id);
    }
  }
}

const verdictOfConsent = (consent: Exclude<Consent, 'yes'>): Verdict => {
  switch (consent) {
    case 'no':
      return refused('Not cleared: that is not the belt’s name.');
    case 'unanswered':
      return refused('Not cleared: nobody typed the belt’s name.');
    case 'interrupted':
      return { ...refused('Not cleared: called off.'), exitCode: EXIT_CODE.stoppedByUser };
  }
};

const isIdle = ({ state }: BeltReport): boolean =>
  state === 'standby' || state === 'ended' || state === 'lockout';

/** Settles once, within the bounds of connecting, one question and one command; the link is closed by then. */
export function clearBelt({ address, clock, createBelt, ask }: ClearPorts): Promise<ClearResult> {
  return new Promise((resolve) => {
    const calledOff = new AbortController();
    let profile: Extract<BeltEvent, { type: 'belt.opened' }>['profile'] | undefined;
    let latched: readonly HazardId[] | undefined;
    let deadline: ReturnType<Clock['setTimeout']> | undefined;
    let isSettled = false;
    const settle = (verdict: Verdict): void => {
      // Closing tells of the lost link from within.
      if (isSettled) return;
      isSettled = true;
      if (deadline !== undefined) clock.clearTimeout(deadline);
      calledOff.abort();
      belt.close();
      resolve({ ...verdict, latched: latched ?? [] });
    };
    const takeTick = (report: BeltReport): void => {
      if (profile === undefined || latched !== undefined) return;
      if (deadline !== undefined) clock.clearTimeout(deadline);
      latched = latchedHazards(report);
      if (!isIdle(report)) return settle(inUse(address));
      // Nobody shall sit before a question while it shines.
      if (report.emission) return settle(shining(address));
      const isLockedOut = report.state === 'lockout';
      if (!isLockedOut && latched.length === 0) {
        const message = `Nothing is latched at ${address}; nothing to clear.`;
        return settle({ isClear: true, hazard: null, message, exitCode: EXIT_CODE.completed });
      }
      const { simulated } = profile;
      ask({ address, name: beltNameOf(profile), simulated, isLockedOut, hazards: latched }, calledOff.signal)
        .then((consent) => {
          if (isSettled) return;
          if (consent === 'yes') belt.clear();
          else settle(verdictOfConsent(consent));
        })
        .catch((error: unknown) =>
          settle({ ...refused(String(error)), exitCode: EXIT_CODE.internalFailure }),
        );
    };
    const belt = createBelt((event) => {
      switch (event.type) {
        case 'belt.opened':
          profile = event.profile;
          deadline = clock.setTimeout(() => settle(noAnswer(address)), TICK_MAX_MS);
          belt.poll();
          return;
        case 'belt.unreachable':
          return settle(verdictOfUnreachable(address, event.failure, event.detail));
        case 'link.lost':
          return settle(unreachable(`The link to ${address} was lost. Keep the belt near, then try again.`));
        case 'belt.tick':
          return takeTick(event.report);
        case 'belt.answered':
          if (event.op === 'clear') settle(verdictOfAnswer(address, latched ?? [], event.outcome));
          return;
        default:
      }
    });
    belt.open();
  });
}

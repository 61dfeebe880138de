// The decisions of the machine, each one question to the facts. Total: no guard can throw.
import { concludeEnd } from './conclude.ts';
import { isArmed, isEnding, type SessionContext } from './context.ts';
import type { SessionEvent } from './events.ts';
import { isStopExhausted } from './stopping.ts';

/** One field, because XState copies its context field by field on every assignment. */
export interface MachineContext {
  readonly session: SessionContext;
}

interface Asked {
  readonly context: SessionContext;
  readonly event: SessionEvent;
}
type Question = (asked: Asked) => boolean;
export type Guard = (asked: { readonly context: MachineContext; readonly event: SessionEvent }) => boolean;

const ends =
  (outcome: string): Question =>
  ({ context }) =>
    concludeEnd(context).outcome === outcome;

const hasResumed = (context: SessionContext): boolean =>
  context.resumeAcknowledged && context.report?.epoch === context.epoch;

/** Only a belt that the book knows records of must show that it still has them (H21). */
const areRecordsKnown = ({ book }: SessionContext): boolean =>
  book.knownRecord === 0 || book.newestRecord !== undefined;

const questions = {
  /** The state's own bound has passed with this event. */
  overdue: ({ context, event }) => event.atMs >= context.deadlines.stateAtMs,
  isEnding: ({ context }) => isEnding(context),
  isOpen: ({ context }) => context.linkOpen && context.program !== undefined,
  hasStatus: ({ context }) => context.report !== undefined,
  isBookLoaded: ({ context }) => context.book.loaded,
  isReconciled: ({ context }) => context.book.pending.length === 0 && areRecordsKnown(context),
  hasRecord: ({ context }) => context.record !== undefined && context.book.pending.length > 0,
  isPrepared: ({ context }) => context.prepared,
  isAllowed: ({ context }) => context.book.allowed,
  hasSaidYes: ({ context }) => context.saidYes,
  isBegun: ({ context }) => context.book.begun,
  isReserved: ({ context }) => context.book.reservedCeiling > 0,
  isArmAcknowledged: ({ context }) => context.armAcknowledged,
  isBeltArmed: ({ context }) =>
    context.sessionSeen && context.report?.state === 'armed' && context.report.epoch === context.epoch,
  isBeltPaused: ({ context }) => context.report?.state === 'paused',
  isPauseWanted: ({ context }) => context.pauseWanted !== undefined,
  isResumeRefused: ({ context }) => context.resumeRefused,
  isPausedAgain: ({ context }) => hasResumed(context) && context.report?.state === 'paused',
  isCountingDownAgain: ({ context }) =>
    hasResumed(context) && (context.report?.state === 'countdown' || context.report?.state === 'selfTest'),
  isResumed: ({ context }) => hasResumed(context) && context.report?.state === 'armed',
  isAbandoned: ({ context }) => context.reasons.some((reason) => reason.kind === 'abandon'),
  /** Never armed, and nothing shines that should not. */
  isSurelyDark: ({ context }) => !isArmed(context) && context.strays.length === 0,
  isLinkOpen: ({ context }) => context.linkOpen,
  isLinkClosed: ({ context }) => !context.linkOpen,
  isConfirmed: ({ context }) => context.stopping?.confirmed === true,
  isStopExhausted: ({ context }) => isStopExhausted(context),
  /** It heard the stop and shines nevertheless: asking again does not help. */
  isStillShining: ({ context }) => isStopExhausted(context) && context.stopping?.answered === true,
  isOtherBelt: ({ context }) => context.linkOpen && context.identityDiffers,
  isReconnectOver: ({ context }) => context.nowMs >= (context.stopping?.reconnectUntilMs ?? -Infinity),
  isClosed: ({ context }) =>
    !context.book.begun ||
    context.book.closed ||
    context.book.failed !== undefined ||
    context.reasons.some((reason) => reason.kind === 'bookSilent'),
  endsCompleted: ends('completed'),
  endsStopped: ends('stopped'),
  endsCutoff: ends('cutoff'),
  endsLockout: ends('lockout'),
  endsRefused: ends('refused'),
} satisfies Readonly<Record<string, Question>>;

type GuardName = keyof typeof questions;
export const isGuardName = (name: string): name is GuardName => Object.hasOwn(questions, name);
const guardOf =
  (question: Question): Guard =>
  ({ context, event }) =>
    question({ context: context.session, event });

export const guards = Object.fromEntries(
  Object.entries(questions).map(([name, question]) => [name, guardOf(question)]),
) as Readonly<Record<GuardName, Guard>>;

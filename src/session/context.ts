// All that a session knows. Facts only: what follows from them is decided by the machine's guards.
import type { BeltProfile, BeltRecord, BeltReport, CommandOutcome } from '../belt/belt.ts';
import type { UnfinishedSession } from '../ledger/dose-book.ts';
import type { SessionProgram } from '../plan/plan.ts';
import type { ActiveHazard } from '../safety/evaluate.ts';
import { EMPTY_MEMORY, type SafetyMemory, type SafetyPhase } from '../safety/observation.ts';
import { NO_CLOCK_WATCH, type ClockWatch } from './clocks.ts';
import { NO_DEADLINES, type Deadlines } from './deadlines.ts';
import type { DoseSlot, SlotDose } from './dose.ts';
import { NO_EFFECTS, type Consent, type Effect } from './effects.ts';
import type { StopCause } from './events.ts';

export type Resolution =
  | { readonly ok: true; readonly program: SessionProgram }
  | { readonly ok: false; readonly problems: readonly string[] };

export interface SessionInput {
  readonly planName: string;
  /** 16 hexadecimal digits; also the key of the belt's record and of the book's entries. */
  readonly sessionTag: string;
  readonly address: string;
  /** The belt that must answer, where one is expected (H16). */
  readonly expectedBeltId?: string;
  /** The screening questions were answered, by a person or in a file. Without that a belt that is not simulated stays dark (H24). */
  readonly isScreened?: boolean;
  /** On a simulated belt, somebody is taken to be there without any sign (H23). */
  readonly isPresenceAssumed?: boolean;
  /** The belt is a simulated one that is new each time: that it has no records means nothing (H21). */
  readonly isBeltForgetful?: boolean;
  /** What earlier light of the same visit has left of the 30 min (H12); more than those are never given. */
  readonly emissionMaxMs?: number;
  readonly resolve: (profile: BeltProfile) => Resolution;
}

export type BeltCause = BeltRecord['cause'];
export type CommandOp = 'prepare' | 'arm' | 'pause' | 'resume';

/** Why a session ends. There may be several; the worst decides the exit code. */
export type EndReason =
  | { readonly kind: 'completed' }
  | { readonly kind: 'stop'; readonly cause: StopCause }
  | { readonly kind: 'abandon' }
  | { readonly kind: 'pausedTooLong' }
  | { readonly kind: 'hazard'; readonly hazard: ActiveHazard }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'linkLost'; readonly detail: string }
  | { readonly kind: 'unanswered'; readonly op: CommandOp | 'status' | 'record' | 'countdown' | 'light' }
  | { readonly kind: 'bookSilent' }
  | { readonly kind: 'refused'; readonly detail: string }
  | {
      readonly kind: 'rejected';
      readonly op: CommandOp;
      readonly code: AnswerCodeName;
      readonly hazard: number;
      readonly zone: number;
    }
  | { readonly kind: 'beltEnded' }
  | { readonly kind: 'failure'; readonly detail: string };
export type AnswerCodeName = Extract<CommandOutcome, { readonly kind: 'rejected' }>['code'];

export type PauseCause = 'operator' | 'contactLost' | 'leaseExpired' | 'stale' | 'unattended' | 'hazard';

export interface Pause {
  readonly cause: PauseCause;
  readonly untilMs: number;
  /** When PAUSE was last sent; -Infinity when the belt paused by itself. */
  readonly sentAtMs: number;
  readonly sentCount: number;
  /** What was left of a rest, which the pause does not use up. */
  readonly restLeftMs: number;
}

export interface Stopping {
  /** The newest tick seen when STOP was sent: only a later one can confirm. */
  readonly afterTick: number;
  readonly sentCount: number;
  readonly answered: boolean;
  readonly confirmed: boolean;
  readonly darkAtMs: number;
  readonly reconnectUntilMs: number;
}

export interface BookFacts {
  readonly loaded: boolean;
  readonly allowed: boolean;
  /** Why the rules over days say no (H19, H21). */
  readonly refused: { readonly hazard: 'H19' | 'H21'; readonly detail: string } | undefined;
  readonly begun: boolean;
  readonly closed: boolean;
  readonly failed: string | undefined;
  /** What failed first; kept for the words. */
  readonly failure?: string;
  readonly pending: readonly UnfinishedSession[];
  /** The highest number of this belt's records that the book knows; 0 is none. */
  readonly knownRecord: number;
  /** That of its newest record, 0 where it has none; undefined until it was read. */
  readonly newestRecord: number | undefined;
  readonly reservedStep: number;
  readonly reservedCeiling: number;
  /** When that was confirmed; NaN before. */
  readonly reservedAtMs: number;
  /** Since when the book has been asked for more; NaN while it has not. */
  readonly reservingSinceMs: number;
}

export interface LeaseFacts {
  /** Our clock: the belt cannot be lit by our leases after this. */
  readonly litEndMs: number;
  /** The same for each zone: a lease that leaves one out may not arrive. */
  readonly zoneEndMs: readonly number[];
  readonly litStep: number;
}

/** A zone that shone although commanded off. */
export interface Stray {
  /** Null: the belt sees light that belongs to no zone of the step; it may be any. */
  readonly zone: number | null;
  readonly sinceMs: number;
}

export type SessionPhase =
  'standby' | 'connecting' | 'preflight' | 'ready' | 'countdown' | 'emitting' | 'paused' | 'stopping';

export interface SessionContext {
  readonly input: SessionInput;
  readonly phase: SessionPhase;
  readonly nowMs: number;
  readonly startedAtMs: number;
  readonly profile: BeltProfile | undefined;
  readonly program: SessionProgram | undefined;
  readonly linkOpen: boolean;
  readonly openedAtMs: number;
  readonly identityDiffers: boolean;
  readonly programDiffers: boolean;
  readonly flickersVisibly: boolean;
  readonly prepared: boolean;
  readonly consent: Consent;
  /** A person has said yes; ARM follows. */
  readonly saidYes: boolean;
  /** The newest sign of the person (H23). */
  readonly presentAtMs: number;
  /** When ARM was sent; NaN while the belt has surely not got one. */
  readonly armedAtMs: number;
  readonly armAcknowledged: boolean;
  /** A tick of this session's own states has been seen: from then on the belt's hazards are this session's. */
  readonly sessionSeen: boolean;
  readonly epoch: number;
  readonly report: BeltReport | undefined;
  /** When the belt stamped the newest tick, by our clock. */
  readonly stampAtMs: number;
  readonly clocks: ClockWatch;
  readonly slots: readonly DoseSlot[];
  readonly doses: readonly SlotDose[];
  readonly sessionEmissionMs: number;
  readonly safety: SafetyMemory;
  readonly badFrameCount: number;
  readonly active: readonly ActiveHazard[];
  readonly hazards: readonly ActiveHazard[];
  readonly warnings: readonly string[];
  readonly notice: string | undefined;
  readonly strays: readonly Stray[];
  readonly reasons: readonly EndReason[];
  readonly beltCause: BeltCause | undefined;
  readonly book: BookFacts;
  readonly itemIndex: number;
  /** When the belt's own countdown was first seen; NaN outside of it. */
  readonly countdownSinceMs: number;
  readonly emittingSinceMs: number;
  readonly emittedMs: number;
  readonly lease: LeaseFacts;
  readonly pauseWanted: PauseCause | undefined;
  readonly pause: Pause | undefined;
  /** RESUME is under way: the belt may rightly be armed again. */
  readonly resuming: boolean;
  readonly resumeAcknowledged: boolean;
  readonly resumeRefused: boolean;
  readonly stopping: Stopping | undefined;
  readonly record: BeltRecord | 'none' | 'failed' | undefined;
  /** When the outcome was booked; NaN before. */
  readonly closedAtMs: number;
  readonly deadlines: Deadlines;
  readonly effects: readonly Effect[];
}

const EMPTY_BOOK: BookFacts = {
  loaded: false,
  allowed: false,
  refused: undefined,
  begun: false,
  closed: false,
  failed: undefined,
  pending: [],
  knownRecord: 0,
  newestRecord: undefined,
  reservedStep: -1,
  reservedCeiling: 0,
  reservedAtMs: NaN,
  reservingSinceMs: NaN,
};

export const initialContext = (input: SessionInput): SessionContext => ({
  input,
  phase: 'standby',
  nowMs: 0,
  startedAtMs: NaN,
  profile: undefined,
  program: undefined,
  linkOpen: false,
  openedAtMs: NaN,
  identityDiffers: false,
  programDiffers: false,
  flickersVisibly: false,
  prepared: false,
  consent: 'atController',
  saidYes: false,
  presentAtMs: NaN,
  armedAtMs: NaN,
  armAcknowledged: false,
  sessionSeen: false,
  epoch: 1,
  report: undefined,
  stampAtMs: NaN,
  clocks: NO_CLOCK_WATCH,
  slots: [],
  doses: [],
  sessionEmissionMs: 0,
  safety: EMPTY_MEMORY,
  badFrameCount: 0,
  active: [],
  hazards: [],
  warnings: [],
  notice: undefined,
  strays: [],
  reasons: [],
  beltCause: undefined,
  book: EMPTY_BOOK,
  itemIndex: 0,
  countdownSinceMs: NaN,
  emittingSinceMs: NaN,
  emittedMs: 0,
  lease: { litEndMs: -Infinity, zoneEndMs: [], litStep: -1 },
  pauseWanted: undefined,
  pause: undefined,
  resuming: false,
  resumeAcknowledged: false,
  resumeRefused: false,
  stopping: undefined,
  record: undefined,
  closedAtMs: NaN,
  deadlines: NO_DEADLINES,
  effects: NO_EFFECTS,
});

/** ARM has gone out: light is possible until the belt says otherwise. */
export const isArmed = (context: SessionContext): boolean => !Number.isNaN(context.armedAtMs);
export const isEnding = (context: SessionContext): boolean => context.reasons.length > 0;

export const safetyPhaseOf = (phase: SessionPhase): SafetyPhase =>
  phase === 'countdown' || phase === 'emitting' || phase === 'paused' || phase === 'stopping'
    ? phase
    : 'beforeArming';

/** Time spent in the treatment so far, pauses excluded. */
export const emittedMs = (context: SessionContext): number =>
  Number.isNaN(context.emittingSinceMs)
    ? context.emittedMs
    : context.emittedMs + Math.max(0, context.nowMs - context.emittingSinceMs);

/** A copy that nobody else has seen yet: one tick fills it in, instead of copying all facts for each of its steps. */
export type Draft = { -readonly [Key in keyof SessionContext]: SessionContext[Key] };
export const draftOf = (context: SessionContext): Draft => ({ ...context });

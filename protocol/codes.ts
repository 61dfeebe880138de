// Codes, bounds and constants of the wire. Within each set the codes are at Hamming distance 4 or more from each
// other, so that up to three flipped bits never turn one into another.

export const PROTOCOL_VERSION = { major: 1, minor: 0 } as const;

/** The belt's own constant: no lease lasts longer than this after the tick it names. */
export const LEASE_TTL_MS = 1000;
export const TICK_PERIOD_MS = 250;
export const LEASE_PERIOD_MS = 250;
/** Without any lease for this long, the session is over. */
export const SESSION_SILENCE_MS = 10_000;
export const COUNTDOWN_MIN_MS = 3000;
export const BUTTON_WAIT_MS = 30_000;
export const MESSAGE_MAX_BYTES = 256;
export const SEGMENT_TIMEOUT_MS = 2000;
export const ZONE_MAX_COUNT = 8;
/** Names a session in the prescription and in the belt's record. */
export const SESSION_TAG_BYTES = 8;
/** Steps are named by four bits, 15 is reserved. */
export const STEP_MAX_COUNT = 15;
/** As many emitters as fit the Feature value; a record names them by five bits. */
export const EMITTER_MAX_COUNT = 24;
export const CEILING_FULL = 0xffff;
/** Damaged or forged frames in one session after which it is over (H15). */
export const BAD_FRAME_MAX_COUNT = 3;

/** First byte of every frame. */
export const FRAME = {
  command: 0x33,
  answer: 0x3c,
  lease: 0x55,
  tickState: 0x5a,
  tickDetail: 0x66,
  tickZone: 0x69,
  event: 0x96,
  recordRequest: 0x99,
  recordData: 0xa5,
  recordAnswer: 0xaa,
  handshake: 0xc3,
} as const;

export const OP = {
  prepare: 0x33,
  arm: 0x3c,
  pause: 0x55,
  resume: 0x5a,
  clear: 0x66,
  /** Diagnostic: asks for a tick at once. Never advances the command echo. */
  poll: 0x69,
  /** Diagnostic: blinks the indicator. Never advances the command echo. */
  identify: 0x96,
  /** Confirms sticky events up to a number. Never advances the command echo. */
  confirmEvents: 0x99,
  /** Diagnostic: the features again, so that identity and limits can be had inside a sealed session. */
  features: 0xa5,
  answer: 0xf0,
} as const;
export type OpName = Exclude<keyof typeof OP, 'answer'>;

export const ANSWER = {
  ok: 0x0f,
  opNotSupported: 0x33,
  invalidOperand: 0x3c,
  beyondLimits: 0x55,
  wrongState: 0x5a,
  digestMismatch: 0x66,
  notOwner: 0x69,
  hazardActive: 0x96,
  selfTestFailed: 0x99,
  batteryLow: 0xa5,
  busy: 0xaa,
  versionMismatch: 0xc3,
  commandIdReused: 0xcc,
  lockedOut: 0xf0,
  notConfirmed: 0xff,
} as const;
export type AnswerCode = keyof typeof ANSWER;

export const BELT_STATE = {
  standby: 0x33,
  prepared: 0x3c,
  awaitingButton: 0x5a,
  selfTest: 0x66,
  countdown: 0x55,
  /** A live lease may light it. Whether it does is the emission flag. */
  armed: 0x69,
  paused: 0x96,
  /** The session is over; its cause is in the record and the last event. */
  ended: 0x99,
  lockout: 0xa5,
} as const;
export type BeltState = keyof typeof BELT_STATE;

/** Why the belt ended a session or latched a pause. */
export const CAUSE = {
  none: 0x0f,
  completed: 0x33,
  stopped: 0x3c,
  pausedByCommand: 0x55,
  contactLost: 0x5a,
  leaseExpired: 0x66,
  linkLost: 0x69,
  silence: 0x96,
  rebooted: 0x99,
  hazard: 0xa5,
  unsubscribed: 0xaa,
  superseded: 0xc3,
} as const;
export type Cause = keyof typeof CAUSE;

export const EVENT_KIND = {
  stateChanged: 0x33,
  hazard: 0x3c,
  stopped: 0x55,
  zoneEnded: 0x5a,
  recordClosed: 0x66,
  overflow: 0x69,
} as const;
export type EventKind = keyof typeof EVENT_KIND;

/** What a zone of the current step is doing; three bits in a tick. */
export const ZONE_STATUSES = ['idle', 'waiting', 'emitting', 'done', 'endedShort', 'cutOff'] as const;
export type ZoneStatus = (typeof ZONE_STATUSES)[number];

export const RECORD_KIND = { open: 0x33, closed: 0x3c, interrupted: 0x55 } as const;
export type RecordKind = keyof typeof RECORD_KIND;

export const CONSENT = { atController: 0x33, beltButton: 0x3c } as const;
export type Consent = keyof typeof CONSENT;

export const RECORD_OP = { count: 0x33, byNumber: 0x3c, last: 0x55, abort: 0x5a, bySession: 0x66 } as const;
export type RecordOp = keyof typeof RECORD_OP;

/** Result of a record request. */
export const RECORD_CODE = { ok: 0x0f, noRecord: 0x33, busy: 0x3c, invalid: 0x55, aborted: 0x5a } as const;
export type RecordCode = keyof typeof RECORD_CODE;

// What really happened, kept from events and effects alone: who said yes, what is durable, what the belt was told. The
// machine's own facts are not asked; they are what is judged.
import type { BeltReport } from '../../src/belt/belt.ts';
import type { Effect } from '../../src/session/effects.ts';
import type { SessionEvent } from '../../src/session/events.ts';

export interface Witness {
  readonly wasOpened: boolean;
  readonly isLinkUp: boolean;
  /** The newest tick that arrived, and when. */
  readonly newest: BeltReport | undefined;
  readonly newestAtMs: number;
  /** A person said yes when asked, and nothing has stopped or paused the light since without a person resuming it. */
  readonly saidYes: boolean;
  readonly mayShine: boolean;
  /** Why no light may be leased any more, whatever comes. */
  readonly over: string | undefined;
  readonly isBegun: boolean;
  readonly durable: ReadonlyMap<number, number>;
  readonly reserveAsked: { readonly step: number; readonly ceiling: number } | undefined;
  /** ARM went out and was not surely refused. */
  readonly isArmed: boolean;
  readonly isArmAcknowledged: boolean;
  /** A tick of this session has come: what a belt said before may be about the one before. */
  readonly wasSeen: boolean;
  /** Commands without an answer; with `!` those that met another one under way. */
  readonly pending: readonly string[];
  readonly resumeAsked: number;
  /** The pause epoch that the belt has acknowledged. */
  readonly epoch: number;
  /** STOP has gone out over this link, after this tick. */
  readonly stopTick: number | undefined;
  /** The belt itself said off, after that. */
  readonly saidOff: boolean;
  /** Whom the session began with, and whether that one is on the link now. */
  readonly beltId: string | undefined;
  readonly isRightBelt: boolean;
}

export const NO_WITNESS: Witness = {
  wasOpened: false,
  isLinkUp: false,
  newest: undefined,
  newestAtMs: NaN,
  saidYes: false,
  mayShine: false,
  over: undefined,
  isBegun: false,
  durable: new Map(),
  reserveAsked: undefined,
  isArmed: false,
  isArmAcknowledged: false,
  wasSeen: false,
  pending: [],
  resumeAsked: 1,
  epoch: 1,
  stopTick: undefined,
  saidOff: false,
  beltId: undefined,
  isRightBelt: true,
};

const FULL_SCALE_OFF_MW = 2;
const SESSION_STATES = new Set<string>(['awaitingButton', 'selfTest', 'countdown', 'armed', 'paused']);
const isArmedPlace = (place: string): boolean =>
  place === 'countdown' || place === 'emitting' || place.startsWith('paused.');

/** The belt's own words: off, after our STOP. */
export const saysOff = (report: BeltReport): boolean =>
  report.stopLatched &&
  !report.emission &&
  report.zones.every((zone) => zone.radiantPowerMw <= FULL_SCALE_OFF_MW);

/** What in a tick ends a session that is lit, in plain words; undefined when nothing does. */
export function endingIn(report: BeltReport): string | undefined {
  const treated = report.zones.filter((zone) => zone.status === 'emitting');
  if (treated.some((zone) => !(zone.skinTemperatureC < 43))) return 'too hot, or no reading';
  if (!(report.batteryPercent >= 10)) return 'battery';
  if (report.charging) return 'charging';
  if ((report.hazards & 1) !== 0) return 'the belt says too hot';
  if (report.zones.some((zone) => !(zone.radiantPowerMw <= 120))) return 'far too strong';
  if (report.stopLatched) return 'stopped';
  return report.state === 'ended' || report.state === 'lockout' ? 'the belt has ended' : undefined;
}

/** Paused, and not only still so in a tick from before the RESUME that is under way. */
const pausesIn = (report: BeltReport, { resumeAsked }: Witness): boolean =>
  report.epoch === resumeAsked &&
  (report.state === 'paused' || report.zones.some((zone) => zone.status === 'emitting' && !zone.contact));

function afterTick(before: Witness, report: BeltReport, atMs: number, place: string): Witness {
  if (before.newest !== undefined && report.tick <= before.newest.tick) return before;
  const wasSeen = before.wasSeen || (before.isArmAcknowledged && SESSION_STATES.has(report.state));
  const witness = { ...before, newest: report, newestAtMs: atMs, wasSeen };
  const { stopTick } = before;
  const saidOff =
    before.saidOff ||
    (stopTick !== undefined && before.isRightBelt && report.tick > stopTick && saysOff(report));
  if (place !== 'emitting' && !place.startsWith('paused.')) return { ...witness, saidOff };
  return {
    ...witness,
    saidOff,
    over: before.over ?? (wasSeen ? endingIn(report) : undefined),
    mayShine: before.mayShine && !pausesIn(report, before),
  };
}

function afterAnswer(before: Witness, event: Extract<SessionEvent, { type: 'belt.answered' }>): Witness {
  const { op, outcome } = event;
  const key = outcome.kind === 'notSent' && before.pending.includes(`${op}!`) ? `${op}!` : op;
  const witness = { ...before, pending: before.pending.filter((other) => other !== key) };
  if (!before.pending.includes(key)) return before;
  if (op === 'arm') {
    const surelyNot = outcome.kind === 'rejected' || outcome.kind === 'notSent';
    return { ...witness, isArmed: !surelyNot, isArmAcknowledged: outcome.kind === 'acknowledged' };
  }
  return op === 'resume' && outcome.kind === 'acknowledged'
    ? { ...witness, epoch: before.resumeAsked }
    : witness;
}

const afterOpened = (before: Witness, beltId: string): Witness => ({
  ...before,
  wasOpened: true,
  isLinkUp: true,
  stopTick: undefined,
  beltId: before.beltId ?? beltId,
  isRightBelt: (before.beltId ?? beltId) === beltId,
});

/** What an event tells, before the machine has done anything about it. */
export function hear(before: Witness, event: SessionEvent, place: string): Witness {
  switch (event.type) {
    case 'belt.tick':
      return afterTick(before, event.report, event.atMs, place);
    case 'belt.answered':
      return afterAnswer(before, event);
    case 'belt.opened':
      return afterOpened(before, event.profile.beltId);
    case 'link.lost':
      return { ...before, isLinkUp: false, pending: [] };
    case 'book.begun':
      return { ...before, isBegun: before.isBegun || place === 'ready.beginning' };
    case 'book.reserved': {
      if (before.reserveAsked === undefined) return before;
      const durable = new Map(before.durable);
      durable.set(event.step, Math.max(durable.get(event.step) ?? 0, event.ceiling));
      return { ...before, durable, reserveAsked: undefined };
    }
    case 'book.failed':
      return { ...before, reserveAsked: undefined, over: before.over ?? 'the book failed' };
    case 'operator.arm':
      return place === 'ready.waiting' ? { ...before, saidYes: true, mayShine: true } : before;
    case 'operator.resume':
      return place === 'paused.holding' && before.newest?.state === 'paused'
        ? { ...before, mayShine: true }
        : before;
    case 'operator.pause':
      return isArmedPlace(place) && before.newest?.state !== 'awaitingButton'
        ? { ...before, mayShine: false }
        : before;
    case 'operator.stop':
    case 'operator.abandon':
    case 'controller.failed':
      return { ...before, over: before.over ?? event.type };
    default:
      return before;
  }
}

function afterCommand(before: Witness, op: string): Witness {
  const key = before.pending.length > 0 ? `${op}!` : op;
  // That a PAUSE was not sent changes nothing: it is sent again.
  return key === 'pause!' || before.pending.includes(key)
    ? before
    : { ...before, pending: [...before.pending, key].sort() };
}

function afterEffect(before: Witness, effect: Effect): Witness {
  switch (effect.kind) {
    case 'belt.arm':
      return afterCommand({ ...before, isArmed: true }, 'arm');
    case 'belt.pause':
      return afterCommand(before, 'pause');
    case 'belt.resume':
      return afterCommand({ ...before, resumeAsked: effect.epoch }, 'resume');
    case 'belt.stop':
      return before.isLinkUp ? { ...before, stopTick: before.stopTick ?? before.newest?.tick ?? -1 } : before;
    case 'belt.close':
      return { ...before, isLinkUp: false };
    case 'book.reserve':
      return { ...before, reserveAsked: { step: effect.step, ceiling: effect.ceiling } };
    default:
      return before;
  }
}

/** What the machine did about it. */
export const watch = (before: Witness, effects: readonly Effect[]): Witness =>
  effects.length === 0 ? before : effects.reduce(afterEffect, before);

// What a person must not miss, whatever view they chose: light that does not go off (H10, or an off that nobody
// confirms), and, gently, the question whether they are still there (H23). A bell, the words, what to do with the hands.
import { ARE_YOU_THERE } from '../safety/warnings.ts';
import type { VisitOutcome } from './visit-outcome.ts';
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import { isOver, type SessionStatus } from './session-status.ts';
import type { Stamp } from './stamp.ts';

export type Alarm = 'stillShines' | 'offUnconfirmed';

/** What has happened, then what to do with the hands. */
export const ALARM_WORDS: Readonly<Record<Alarm, string>> = {
  stillShines: 'THE BELT SHINES ALTHOUGH IT WAS TOLD TO BE DARK. Take it off now, then pull out its battery.',
  offUnconfirmed:
    'NOBODY KNOWS WHETHER THE LIGHT IS OFF. Take the belt off now; if it still glows, pull out its battery.',
};

/** Instead, once the belt has confirmed that the stray light is off: hands that hurry hurt themselves. */
export const DARK_NOW_WORDS =
  'THE BELT IS DARK NOW, and has confirmed it. Take it off; do not use it again before it has been repaired, and then cleared (laserbelt clear).';

/** A belt that hears a stop says so within a third of this. */
const CONFIRM_MAX_MS = 1000;
/** As long as it lasts, and as often as one can bear. */
const BELL_PERIOD_MS = 1000;
const BELL = '\u0007';
const LAST_BELLS = BELL.repeat(3);

/** By a link that is open, and of every zone: one flag of a belt that shines when it should not is not enough. */
const saysDark = ({ emission, statusAgeMs, zones }: SessionStatus): boolean =>
  !emission && statusAgeMs !== null && zones.every(({ irradianceMwPerCm2 }) => irradianceMwPerCm2 === 0);

/** @param stoppingForMs since STOP was first due; NaN while it is not */
export function alarmOf(status: SessionStatus, stoppingForMs: number): Alarm | undefined {
  if (isOver(status)) return undefined;
  const isLate = stoppingForMs >= CONFIRM_MAX_MS;
  if (status.hazards.includes('H10')) return saysDark(status) && !isLate ? undefined : 'stillShines';
  if (!isLate) return undefined;
  return status.emission ? 'stillShines' : 'offUnconfirmed';
}

export const alarmOfOutcome = ({ emissionOff, hazards }: VisitOutcome): Alarm | undefined => {
  if (emissionOff !== 'unconfirmed') return undefined;
  return hazards.includes('H10') ? 'stillShines' : 'offUnconfirmed';
};

export interface AlarmOptions {
  readonly io: Io;
  /** Paces the bell by the wall, not by the session: a fast simulation must not ring without end. */
  readonly nowMs: () => number;
  /** The presenter itself keeps remarks for people to itself. */
  readonly isQuiet: boolean;
  /** For scripts. */
  readonly record?: (record: object) => void;
}

/** The same presenter, and nobody misses what matters. */
export function withAlarm(presenter: Presenter, { io, nowMs, isQuiet, record }: AlarmOptions): Presenter {
  let stoppingSinceMs = NaN;
  let told: Alarm | undefined;
  let rangAtMs = -Infinity;
  let isAsking = false;
  /** A bell in a log file rings for nobody. */
  const ring = (bells: string): void => {
    rangAtMs = nowMs();
    if (io.isErrorTerminal) io.err(bells);
  };
  const say = (text: string): void => {
    if (isQuiet) io.err(`${text}\n`);
    else presenter.note(text);
  };
  const raise = (alarm: Alarm, stamp: Stamp): void => {
    if (alarm !== told) {
      told = alarm;
      ring(BELL);
      say(ALARM_WORDS[alarm]);
      record?.({ event: 'session.alarm', ...stamp, alarm, do: ALARM_WORDS[alarm] });
    } else if (nowMs() - rangAtMs >= BELL_PERIOD_MS) ring(BELL);
  };
  const ask = (status: SessionStatus, stamp: Stamp): void => {
    const wasAsking = isAsking;
    isAsking = status.warnings.includes(ARE_YOU_THERE);
    if (!isAsking || wasAsking) return;
    ring(BELL);
    // Where warnings are shown, they say it.
    if (isQuiet) say(ARE_YOU_THERE);
    record?.({ event: 'session.presence', ...stamp, asks: ARE_YOU_THERE });
  };
  return {
    ...presenter,
    update(status, event, stamp) {
      presenter.update(status, event, stamp);
      if (status.state !== 'stopping') stoppingSinceMs = NaN;
      else if (Number.isNaN(stoppingSinceMs)) stoppingSinceMs = stamp.atMs;
      const alarm = alarmOf(status, stamp.atMs - stoppingSinceMs);
      if (alarm === undefined) told = undefined;
      else raise(alarm, stamp);
      ask(status, stamp);
    },
    finish(outcome, stamp) {
      presenter.finish(outcome, stamp);
      const alarm = alarmOfOutcome(outcome);
      if (alarm === undefined) {
        if (outcome.emissionOff !== 'confirmed' || !outcome.hazards.includes('H10')) return;
        ring(BELL);
        io.err(`${DARK_NOW_WORDS}\n`);
        return;
      }
      // The last thing on the screen.
      ring(LAST_BELLS);
      io.err(`${ALARM_WORDS[alarm]}\n`);
    },
  };
}

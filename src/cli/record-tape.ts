// The tape of a recording: what reaches the controller and what it decides, in order. It stands between the controller
// and its clock, so that all that happens in one turn happens at one time, the recorded one.
import type { Clock, TimerId } from '../clock.ts';
import {
  lineOf,
  sumOf,
  textOf,
  type During,
  type InputEntry,
  type RecordingEntry,
  type RecordingHeader,
} from './recording-format.ts';

export interface Tape {
  /** For the controller. Deadlines come due when they would without a tape. */
  readonly clock: Clock;
  /** Something reaches the controller, which acts on it. */
  take(entry: InputEntry, act: () => void): void;
  /** The controller decides. */
  put(entry: RecordingEntry): void;
  /** The controller calls the world. What comes back within the call is noted as such; what it throws is noted and thrown. */
  call<T>(entry: RecordingEntry | undefined, act: () => T): T;
  /** The controller shows what it has come to. */
  view(act: () => void): void;
}

/** Takes whole lines; never throws. */
export type TapeSink = (line: string) => void;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createTape(header: RecordingHeader, clock: Clock, sink: TapeSink): Tape {
  let sum = '';
  let isInTurn = false;
  let turnAtMs = 0;
  let viewCount = 0;
  let timerCount = 0;
  let during: During = 'call';
  const timers = new Map<TimerId, number>();

  const write = (entry: object): void => {
    // Whatever is wrong with a recording, it must not reach the session.
    try {
      const body = textOf(entry);
      sum = sumOf(sum, body);
      sink(lineOf(body, sum));
    } catch {
      // The line is missing, and the replay will say where.
    }
  };

  function take(entry: InputEntry, act: () => void): void {
    turnAtMs = clock.nowMs();
    if (isInTurn) {
      write({ ...entry, nowMs: turnAtMs, during });
      act();
      return;
    }
    isInTurn = true;
    viewCount = 0;
    write({ ...entry, nowMs: turnAtMs });
    try {
      act();
    } finally {
      isInTurn = false;
    }
  }

  function within<T>(place: During, act: () => T): T {
    const before = during;
    during = place;
    try {
      return act();
    } catch (error) {
      write({ t: 'threw', words: wordsOf(error), during });
      throw error;
    } finally {
      during = before;
    }
  }

  write(header);
  const nowMs = (): number => (isInTurn ? turnAtMs : clock.nowMs());
  return {
    clock: {
      nowMs,
      setTimeout(callback, delayMs) {
        const timer = ++timerCount;
        write({ t: 'timer', timer, delayMs });
        // The turn has taken time of its own. On a clock that stood still the delay stays what it is, to the last bit.
        const lateMs = clock.nowMs() - nowMs();
        const id = clock.setTimeout(
          () => {
            timers.delete(id);
            take({ t: 'fired', timer }, callback);
          },
          lateMs > 0 ? delayMs - lateMs : delayMs,
        );
        timers.set(id, timer);
        return id;
      },
      clearTimeout(id) {
        const timer = timers.get(id);
        if (timer !== undefined) write({ t: 'timer', timer, delayMs: null });
        timers.delete(id);
        clock.clearTimeout(id);
      },
    },
    take,
    put: write,
    call(entry, act) {
      if (entry !== undefined) write(entry);
      return within('call', act);
    },
    view: (act) => within(++viewCount, act),
  };
}

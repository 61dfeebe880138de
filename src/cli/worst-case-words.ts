// What happens in the worst case, step by step, in words. Pure.
import { assertNever } from '../errors.ts';
import type { WorstCaseEvent } from '../plan/worst-case-events.ts';
import type { Exceeded } from '../plan/worst-case-limits.ts';
import type { WorstCaseStep } from '../plan/worst-case-targets.ts';
import { roundedUp } from './figures.ts';
import { spanWords } from './render-course.ts';

const BOOKING_WORDS = {
  seen: 'the belt’s record says what was given, and it is booked',
  restarted: 'the belt restarted meanwhile: its record is booked with a margin',
  unknown: 'the belt has no record: the upper bound is booked',
} as const;

const UNTIL_WORDS: Readonly<Record<string, string>> = {
  end: 'to its end',
  retryThreshold: 'to just below what counts as a session',
  dayDose: 'to just below what the day’s dose allows to be repeated',
  both: 'to just below what counts as a session, and what the day’s dose allows to be repeated',
  nothing: 'for a moment',
};

export function eventWords(event: WorstCaseEvent): string {
  switch (event.kind) {
    case 'visitBegins':
      return event.visit === 0
        ? 'a session begins'
        : `${spanWords(event.waitedS)} later the dose book allows another`;
    case 'armingUnanswered':
      return 'the answer to the arming is lost; stopped before any light';
    case 'zonesFail':
      return 'emitters fail one after the other, and the belt ends each such zone';
    case 'light':
      return `light block ${event.block + 1} runs ${UNTIL_WORDS[event.until] ?? event.until}`;
    case 'paused':
      return 'paused';
    case 'contactLost':
      return 'skin contact is lost: dark';
    case 'leaseLapsed':
      return 'the controller is late: dark';
    case 'resumed':
      return 'resumed';
    case 'stopped':
      return 'stopped';
    case 'linkLost':
      return 'the link is lost';
    case 'controllerCrashed':
      return 'the controller crashes';
    case 'beltRestarted':
      return 'the belt restarts';
    case 'reconciled':
      return `the controller is back; ${BOOKING_WORDS[event.booking]}`;
    case 'blockDone':
      return `light block ${event.block + 1} is done`;
    case 'visitDone':
      return 'the session is done';
    default:
      return assertNever(event);
  }
}

/** Each event on a line, with what has been received after it where that grew. */
export function stepLines(steps: readonly WorstCaseStep[], unit: 'J/cm²' | 'J'): readonly string[] {
  let before = 0;
  return steps.map(({ event, dayDose }, at) => {
    const sum = dayDose > before ? `: ${roundedUp(dayDose, 2)} ${unit} in all` : '';
    before = Math.max(before, dayDose);
    return `${at + 1}. ${eventWords(event)}${sum}`;
  });
}

/** How a limit comes to be exceeded. */
export function exceededLines(exceeded: Exceeded): readonly string[] {
  if (exceeded.bearing === 'time')
    return [`1. each light block is paused inside a ramp and resumed ${exceeded.resumeCount} times`];
  return stepLines(exceeded.steps, exceeded.limit === 'sessionEnergy' ? 'J' : 'J/cm²');
}

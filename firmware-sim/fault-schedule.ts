// When faults begin and end. Their times count from the session's first light, from power-on, or are at once.
import type { BeltHardware } from './profile.ts';
import type { Fault } from './faults.ts';

interface Pending {
  readonly fault: Fault;
  dueAtMs: number;
}
interface Running {
  readonly undo: () => void;
  readonly endsAtMs: number;
}

export interface FaultSchedule {
  /** When the next fault begins or ends; Infinity when none is known. */
  readonly nextDueMs: () => number;
  add(fault: Fault): void;
  noteFirstLight(atMs: number): void;
  /** Begins and ends what is due. */
  run(atMs: number): void;
}

/** Faults that only last a moment end their effect by themselves: `for` is then part of the effect. */
const isMomentary = (fault: Fault): boolean => fault.name === 'reboot' || fault.name === 'link-drop';

export function createFaultSchedule(apply: (fault: Fault) => (() => void) | undefined): FaultSchedule {
  let pending: Pending[] = [];
  let running: Running[] = [];
  let nextDueMs = Number.POSITIVE_INFINITY;
  let firstLightAtMs = Number.NaN;

  const refresh = (): void => {
    nextDueMs = Number.POSITIVE_INFINITY;
    for (const { dueAtMs } of pending) if (dueAtMs < nextDueMs) nextDueMs = dueAtMs;
    for (const { endsAtMs } of running) if (endsAtMs < nextDueMs) nextDueMs = endsAtMs;
  };
  const dueOf = (fault: Fault): number => {
    if (fault.start.from === 'now') return 0;
    return fault.start.from === 'boot' ? fault.start.afterMs : firstLightAtMs + fault.start.afterMs;
  };
  return {
    nextDueMs: () => nextDueMs,
    add(fault) {
      pending.push({ fault, dueAtMs: dueOf(fault) });
      refresh();
    },
    noteFirstLight(atMs) {
      firstLightAtMs = atMs;
      for (const entry of pending) entry.dueAtMs = dueOf(entry.fault);
      refresh();
    },
    run(atMs) {
      const due = pending.filter((entry) => entry.dueAtMs <= atMs);
      pending = pending.filter((entry) => !(entry.dueAtMs <= atMs));
      const over = running.filter((entry) => entry.endsAtMs <= atMs);
      running = running.filter((entry) => !(entry.endsAtMs <= atMs));
      for (const { undo } of over) undo();
      for (const { fault } of due) {
        const undo = apply(fault);
        if (undo !== undefined && fault.forMs !== undefined && !isMomentary(fault))
          running.push({ undo, endsAtMs: atMs + fault.forMs });
      }
      refresh();
    },
  };
}

/** What a fault names that this belt does not have, in words. */
export function missingOnBelt(fault: Fault, hardware: BeltHardware): string | undefined {
  if (fault.zone !== undefined && !(fault.zone < hardware.zoneCount))
    return `${fault.name}: zone=L${fault.zone + 1}: this belt has zones L1 to L${hardware.zoneCount}`;
  const wavelength = fault.numbers['wavelength'];
  if (wavelength === undefined) return undefined;
  const known = [...new Set(hardware.emitters.map((emitter) => emitter.wavelengthNm))];
  if (known.includes(wavelength)) return undefined;
  return `${fault.name}: wavelength=${wavelength}: this belt has emitters of ${known.join(' and ')} nm`;
}

/** One line for a person: what will happen, and when. */
export function describeFault(fault: Fault, does: string): string {
  const where = fault.zone === undefined ? '' : ` in zone L${fault.zone + 1}`;
  const seconds = (ms: number): string => `${ms / 1000} s`;
  const when =
    fault.start.from === 'now'
      ? 'now'
      : `${seconds(fault.start.afterMs)} after ${fault.start.from === 'boot' ? 'power-on' : 'first light'}`;
  const lasting = fault.forMs === undefined ? '' : `, for ${seconds(fault.forMs)}`;
  return `${fault.name}${where} ${when}${lasting}: ${does}`;
}

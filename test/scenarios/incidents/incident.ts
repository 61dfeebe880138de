// What an incident is: a scenario that is played twice, with our code and with the peer's defect switched on, and the
// checks that are made of the belt's truth and of the dose book.
import type { SessionOutcome } from '../../../src/session/outcome.ts';
import { bookedZonesOf } from '../../../src/ledger/book-state.ts';
import { createRig, programOf, zoneOf, type Rig, type RigOptions } from '../../session/support/rig.ts';
import type { IncidentName } from './names.ts';

/** Notes what does not hold. */
export type Check = (what: string, holds: boolean) => void;

export interface Incident {
  readonly name: IncidentName;
  /** What the peer did: built in test code, switched on in the second play. */
  readonly defect: string;
  /** The check that has to find the defect. */
  readonly killedBy: string;
  readonly play: (isDefective: boolean, check: Check) => void;
}

/** 0.5 J/cm² on L1: 10.75 s of light. */
export const ONE_ZONE = programOf([[zoneOf(0)]]);

/** What did not hold, each once. */
export function findingsOf(incident: Incident, isDefective: boolean): readonly string[] {
  const findings = new Set<string>();
  incident.play(isDefective, (what, holds) => {
    if (!holds) findings.add(what);
  });
  return [...findings];
}

export const ENDS = 'the session ends within its bound';
export const BOOKED = 'the book has at least what was truly given';

/** Until it is over, or the bound has passed. */
export function over(rig: Rig, check: Check, boundMs = 60_000): SessionOutcome | undefined {
  for (let ms = 0; ms < boundMs && rig.outcomes.length === 0; ms += 10) rig.run(10);
  check(ENDS, rig.outcomes.length > 0);
  return rig.outcomes[0];
}

/** What the first 20 ms of a ramp may differ by from its line. */
const ROUNDING_J_PER_CM2 = 1e-4;

/** What the book has for one emitter, all sessions together. */
export function bookedJPerCm2(rig: Rig, key: string): number {
  let sum = 0;
  for (const session of rig.book.sessions().values())
    for (const zone of bookedZonesOf(session))
      if (`${zone.zone}/${zone.wavelengthNm}` === key) sum += zone.deliveredUpperJPerCm2;
  return sum;
}

export const isBooked = (rig: Rig): boolean =>
  [...rig.delivered()].every(([key, truth]) => bookedJPerCm2(rig, key) >= truth - ROUNDING_J_PER_CM2);

/** The next start of the program, on the same belt, ten minutes later by the calendar unless said otherwise. */
export const nextStart = (rig: Rig, sessionTag: string, more: RigOptions = {}): Rig =>
  createRig({
    clock: rig.clock,
    belt: rig.belt,
    bookLines: rig.book.lines(),
    startedAt: '2026-01-01T00:10:00.000Z',
    ...more,
    input: { sessionTag },
  });

/** Light of the first rig's belt at or after an instant, by the truth. */
export const isLitAfter = (rig: Rig, atMs: number): boolean =>
  rig.truth.some((line) => line.emission && line.atMs > atMs);

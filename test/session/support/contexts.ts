// What a session knows, made by hand: for the parts that decide from facts alone.
import type { BeltRecord } from '../../../src/belt/belt.ts';
import {
  initialContext,
  type BookFacts,
  type SessionContext,
  type SessionInput,
} from '../../../src/session/context.ts';
import { emptyDoses, slotsOf, type DoseSlot, type SlotDose } from '../../../src/session/dose.ts';
import type { SessionProgram } from '../../../src/plan/plan.ts';
import { programOf, SHORT_PROGRAM, TAG, zoneOf } from './rig.ts';
import { PROFILE, report, zoneReport } from './scripted.ts';

export const INPUT: SessionInput = {
  planName: 'test',
  sessionTag: TAG,
  address: 'sim',
  resolve: () => ({ ok: true, program: SHORT_PROGRAM }),
};

export const contextWith = (more: Partial<SessionContext> = {}): SessionContext => ({
  ...initialContext(INPUT),
  ...more,
});

export const bookWith = (more: Partial<BookFacts> = {}): BookFacts => ({
  ...initialContext(INPUT).book,
  ...more,
});

/** In the middle of a treatment at 5 s, armed at 1 s: light is due, half of the dose is booked. */
export function treating(
  more: Partial<SessionContext> = {},
  program: SessionProgram = SHORT_PROGRAM,
): SessionContext {
  const slots = slotsOf(program.prescription, PROFILE) ?? [];
  return contextWith({
    phase: 'emitting',
    nowMs: 5000,
    startedAtMs: 0,
    profile: PROFILE,
    program,
    linkOpen: true,
    openedAtMs: 100,
    prepared: true,
    presentAtMs: 5000,
    armedAtMs: 1000,
    armAcknowledged: true,
    sessionSeen: true,
    report: report(20, { state: 'armed' }),
    stampAtMs: 5000,
    slots,
    doses: emptyDoses(slots),
    book: bookWith({ begun: true, allowed: true, reservedStep: 0, reservedCeiling: 0.5, reservedAtMs: 5000 }),
    emittingSinceMs: 4000,
    ...more,
  });
}

export const doseOf = (slot: DoseSlot, more: Partial<SlotDose> = {}): SlotDose => ({
  ...emptyDoses([slot])[0]!,
  ...more,
});

/** All doses of a context changed alike. */
export const withDoses = (context: SessionContext, more: Partial<SlotDose>): SessionContext => ({
  ...context,
  doses: context.doses.map((dose) => ({ ...dose, ...more })),
});

export const recordWith = (more: Partial<BeltRecord> = {}): BeltRecord => ({
  number: 7,
  kind: 'closed',
  cause: 'completed',
  sessionTag: TAG,
  durationMs: 11_000,
  hazards: 0,
  entries: [],
  ...more,
});

export const ONE_ZONE = programOf([[zoneOf(0)]]);
export const lit = {
  lit: true,
  status: 'emitting',
  radiantPowerMw: 40,
  contact: false,
  skinTemperatureC: 35,
} as const;
/** One zone, lit since 3 s: 2 s at 5 s. */
export function lighting(
  dose: object = {},
  zone: object = {},
  more: Partial<SessionContext> = {},
  tick: object = {},
): SessionContext {
  const context = treating(
    { report: report(20, { state: 'armed', zones: [zoneReport(0, { ...lit, ...zone })], ...tick }), ...more },
    ONE_ZONE,
  );
  return {
    ...context,
    doses: context.doses.map((one) => ({ ...one, litSinceMs: 3000, lightingCount: 1, ...dose })),
  };
}

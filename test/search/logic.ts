// What is searched: the machine as it ships, stepped the way the runner steps it, on one small program.
import type { BeltProfile, PrescribedZone } from '../../src/belt/belt.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { justNoted } from '../../src/session/session-logic.ts';
import { programOf, zoneOf } from '../session/support/rig.ts';
import { begin, PROFILE, send, type Snapshot, type Step } from '../session/support/scripted.ts';

export type { Snapshot, Step };

/** The machine, or a defect of it. */
export interface SearchedLogic {
  readonly name: string;
  begin(): Snapshot;
  step(snapshot: Snapshot, event: SessionEvent): Step;
}

const searched = (zone: number, more: Partial<PrescribedZone> = {}): PrescribedZone =>
  zoneOf(zone, { irradianceMwPerCm2: 50, radiantExposureJPerCm2: 0.5, ...more });

/** Two zones, a rest, one zone again: every kind of item, and zones that end one by one. */
export const SEARCHED_PROGRAM = programOf([[searched(0), searched(1)], { restMs: 2000 }, [searched(0)]]);

const TWO_ZONES: Pick<BeltProfile, 'zoneCount' | 'emitters'> = {
  zoneCount: 2,
  emitters: PROFILE.emitters.filter(({ zone }) => zone < 2),
};
/** A belt that is none of the simulated ones: somebody has to be there, and to have answered the questions. */
export const SEARCHED_PROFILE: BeltProfile = { ...PROFILE, ...TWO_ZONES, simulated: false };

/** One step of both zones: for a search of a minute. */
export const SHORT_SEARCHED_PROGRAM = programOf([[searched(0), searched(1)]]);

const start = (program: SessionProgram): Snapshot => {
  const snapshot = begin();
  const { session } = snapshot.context;
  const input = {
    ...session.input,
    isScreened: true,
    resolve: (profile: BeltProfile) =>
      profile.sessionMaxS > 0
        ? ({ ok: true, program } as const)
        : ({ ok: false, problems: ['it is too long'] } as const),
  };
  return { ...snapshot, context: { session: { ...session, input } } };
};

/** The short way where the runner takes it, else XState. */
const step = (snapshot: Snapshot, event: SessionEvent): Step => {
  const noted = justNoted(snapshot, event);
  return noted === undefined
    ? send(snapshot, event)
    : { snapshot: noted, effects: noted.context.session.effects };
};

export const shippedLogicOn = (program: SessionProgram): SearchedLogic => ({
  name: 'as shipped',
  begin: () => start(program),
  step,
});
export const shippedLogic = shippedLogicOn(SEARCHED_PROGRAM);
export const shortLogic = shippedLogicOn(SHORT_SEARCHED_PROGRAM);

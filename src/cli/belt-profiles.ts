// The belts that a plan is computed for when none is connected: the simulator's own profiles, said in the words in which
// a belt says them over the air, so that a plan shown here is the plan that such a belt would be given.
import { readFileSync } from 'node:fs';
import { describeFeatures } from '../../firmware-sim/firmware/features.ts';
import { profileByName, profileFromJson, PROFILES } from '../../firmware-sim/profile.ts';
import type { BeltHardware } from '../../firmware-sim/profile.ts';
import type { BeltProfile } from '../belt/belt.ts';
import { profileOf } from '../belt/conversions.ts';
import { resolveVisit } from '../plan/visit.ts';
import type { ResolvedVisitParts } from '../plan/visit.ts';
import type { Plan } from '../plan/plan.ts';
import type { PathMessage } from '../plan/problem.ts';
import { usageError } from './exit-codes.ts';

export interface NamedProfile {
  readonly name: string;
  readonly profile: BeltProfile;
}

const BELT_ID_BYTES = 8;
/** A page of JSON; more is no profile. */
const PROFILE_MAX_BYTES = 64 * 1024;

/** What a belt of this hardware would say of itself. Its id is all zeros: it is no belt that anybody has. */
export function profileOfHardware({ zoneCount, hasButton, emitters }: BeltHardware): BeltProfile {
  const board = {
    zoneCount,
    emitterCount: emitters.length,
    emitterZone: Uint8Array.from(emitters, (emitter) => emitter.zone),
    emitterWavelengthNm: Float64Array.from(emitters, (emitter) => emitter.wavelengthNm),
    emitterAreaCm2: Float64Array.from(emitters, (emitter) => emitter.areaCm2),
    emitterPowerMaxMw: Float64Array.from(emitters, (emitter) => emitter.radiantPowerMaxMw),
  };
  return profileOf(describeFeatures(board, new Uint8Array(BELT_ID_BYTES), hasButton));
}

function readProfileFile(path: string): BeltHardware {
  let value: unknown;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > PROFILE_MAX_BYTES) throw new Error(`more than ${PROFILE_MAX_BYTES / 1024} KiB`);
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw usageError(
      `cannot read the belt profile ${path}: ${why}`,
      'Expected a JSON file with zoneCount and emitters.',
    );
  }
  const checked = profileFromJson(value);
  if (!checked.ok) throw usageError(`the belt profile ${path}: ${checked.message}`);
  return checked.profile;
}

/** A built-in name, or the path of a JSON file. Throws a usage error. */
export function findHardware(nameOrPath: string): BeltHardware {
  const builtIn = profileByName(nameOrPath);
  if (builtIn.ok) return builtIn.profile;
  if (!/[/\\.]/.test(nameOrPath)) throw usageError(builtIn.message);
  return readProfileFile(nameOrPath);
}

/** As `findHardware`, in the words of a belt. Throws a usage error. */
export const findProfile = (nameOrPath: string): NamedProfile => ({
  name: nameOrPath,
  profile: profileOfHardware(findHardware(nameOrPath)),
});

export const builtInProfiles = (): readonly NamedProfile[] =>
  PROFILES.map((hardware) => ({ name: hardware.name, profile: profileOfHardware(hardware) }));

export type PlanOnBelt =
  | { readonly ok: true; readonly belt: NamedProfile; readonly visit: ResolvedVisitParts }
  /** `belt` is the one that fits best. */
  | { readonly ok: false; readonly belt: NamedProfile; readonly placed: readonly PathMessage[] };

/** On the belt asked for, or else on the first that the plan fits. Throws a usage error for a name that is none. */
export function placeOnBelt(plan: Plan, wanted: string | undefined): PlanOnBelt {
  const belts = wanted === undefined ? builtInProfiles() : [findProfile(wanted)];
  let nearest: Extract<PlanOnBelt, { readonly ok: false }> | undefined;
  for (const belt of belts) {
    const visit = resolveVisit(plan, belt.profile);
    if (visit.ok) return { ok: true, belt, visit };
    if (nearest === undefined || visit.placed.length < nearest.placed.length)
      nearest = { ok: false, belt, placed: visit.placed };
  }
  if (nearest === undefined) throw usageError('there is no belt profile to compute this plan on');
  return nearest;
}

/** `4 zones, 808 nm over 1 cm², 650 nm over 0.5 cm²`: each kind of emitter once. */
export function describeBelt({ name, profile }: NamedProfile): string {
  const kinds = new Set(
    profile.emitters.map(({ wavelengthNm, areaCm2 }) => `${wavelengthNm} nm over ${areaCm2} cm²`),
  );
  const zones = `${profile.zoneCount} zone${profile.zoneCount === 1 ? '' : 's'}`;
  return `${name} (${[zones, ...kinds].join(', ')})`;
}

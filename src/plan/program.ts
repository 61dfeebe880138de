// One session of a plan on one belt: emitters found, doses and times computed, every limit of belt and wire kept.
import type { BeltProfile, EmitterProfile, PrescribedZone } from '../belt/belt.ts';
import { exposureTime, pulseFigures, radiantExposureOfEnergy, radiantPowerMw } from '../dosimetry/dose.ts';
import { formatNumber } from '../dosimetry/units.ts';
import { EXPOSURE_TIME_BACKSTOP } from '../safety/limits.ts';
import { blocksOf } from './blocks.ts';
import type { Plan, PlanTreatStep, ProgramItem, SessionProgram } from './plan.ts';
import { programTimes, ROUNDING, sessionProblems } from './program-limits.ts';
import { roundDownToGrid, WIRE_BOUNDS, wireProblems, type WireBounds } from './wire-bounds.ts';

export type ResolvedProgram =
  | { readonly ok: true; readonly program: SessionProgram }
  | { readonly ok: false; readonly problems: readonly string[] };

/** `L1` is zone 0. */
export const zoneIndex = (name: string): number => Number(name.slice(1)) - 1;
export const zoneName = (zone: number): string => `L${zone + 1}`;

/** The backstop is never nearer to the planned time than this. */
const TIME_LIMIT_MARGIN_MIN_S = 1;

type Resolved<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] };

const refuse = (
  ...problems: readonly string[]
): { readonly ok: false; readonly problems: readonly string[] } => ({
  ok: false,
  problems,
});

function findEmitter(step: PlanTreatStep, name: string, profile: BeltProfile): Resolved<EmitterProfile> {
  const zone = zoneIndex(name);
  if (!(zone >= 0 && zone < profile.zoneCount)) {
    const last = zoneName(profile.zoneCount - 1);
    return refuse(`${name}: the belt has no such zone (it has L1 to ${last})`);
  }
  const inZone = profile.emitters.filter((emitter) => emitter.zone === zone);
  const emitter = inZone.find((candidate) => candidate.wavelengthNm === step.wavelengthNm);
  if (emitter !== undefined) return { ok: true, value: emitter };
  const known = inZone.map((candidate) => `${candidate.wavelengthNm} nm`).join(', ');
  return refuse(
    `${name}: the belt has no ${formatNumber(step.wavelengthNm)} nm emitter there (it has ${known || 'none'})`,
  );
}

/** Dose and energy given together must agree to this ratio through the beam area. */
const CONTRADICTION_TOLERANCE = 0.005;

function radiantExposureFor(
  step: PlanTreatStep,
  name: string,
  emitter: EmitterProfile,
  bounds: WireBounds,
): Resolved<number> {
  if (step.radiantEnergyJ === undefined) {
    if (step.radiantExposureJPerCm2 === undefined) return refuse(`${name}: no dose`);
    return { ok: true, value: step.radiantExposureJPerCm2 };
  }
  const derived = radiantExposureOfEnergy(step.radiantEnergyJ, emitter.areaCm2);
  if (!derived.ok) return refuse(`${name}: ${derived.problem}`);
  const given = step.radiantExposureJPerCm2;
  if (given === undefined)
    // Down, so that the rounding of a derived dose never adds light.
    return { ok: true, value: roundDownToGrid(derived.value, bounds.radiantExposureStepJPerCm2) };
  if (Math.abs(derived.value - given) <= given * CONTRADICTION_TOLERANCE) return { ok: true, value: given };
  return refuse(
    `${name}: dose and energy contradict each other: ${formatNumber(step.radiantEnergyJ)} J over ` +
      `${formatNumber(emitter.areaCm2)} cm2 are ${formatNumber(derived.value)} J/cm2, not ${formatNumber(given)} J/cm2`,
  );
}

/** The mean must be within the emitter's limits, and so must the peak of a pulse: its diode knows no mean. */
function emitterProblems(zone: PrescribedZone, name: string, emitter: EmitterProfile): string[] {
  const problems: string[] = [];
  const peak =
    zone.pulseFrequencyHz > 0
      ? pulseFigures(zone.irradianceMwPerCm2, {
          frequencyHz: zone.pulseFrequencyHz,
          dutyCycle: zone.dutyCycle,
        })
      : undefined;
  if (peak !== undefined && !peak.ok) return [`${name}: ${peak.problem}`];
  const highest = peak?.value.peakIrradianceMwPerCm2 ?? zone.irradianceMwPerCm2;
  const word = peak === undefined ? '' : ' at the peak of a pulse';
  if (!(highest <= emitter.irradianceMaxMwPerCm2 * ROUNDING))
    problems.push(
      `${name}: ${formatNumber(highest)} mW/cm2${word} is more than its ${emitter.wavelengthNm} nm emitter may give ` +
        `(at most ${formatNumber(emitter.irradianceMaxMwPerCm2)} mW/cm2)`,
    );
  const power = radiantPowerMw(highest, emitter.areaCm2);
  if (!power.ok) problems.push(`${name}: ${power.problem}`);
  else if (!(power.value <= emitter.radiantPowerMaxMw * ROUNDING))
    problems.push(
      `${name}: ${formatNumber(power.value)} mW${word} is more than its ${emitter.wavelengthNm} nm emitter has ` +
        `(at most ${formatNumber(emitter.radiantPowerMaxMw)} mW)`,
    );
  return problems;
}

function prescribeZone(
  step: PlanTreatStep,
  name: string,
  profile: BeltProfile,
  bounds: WireBounds,
): Resolved<PrescribedZone> {
  const emitter = findEmitter(step, name, profile);
  if (!emitter.ok) return emitter;
  const exposure = radiantExposureFor(step, name, emitter.value, bounds);
  if (!exposure.ok) return exposure;
  const zone: PrescribedZone = {
    zone: emitter.value.zone,
    wavelengthNm: step.wavelengthNm,
    irradianceMwPerCm2: step.irradianceMwPerCm2,
    radiantExposureJPerCm2: exposure.value,
    rampUpS: step.rampUpS,
    rampDownS: step.rampDownS,
    pulseFrequencyHz: step.pulse?.frequencyHz ?? 0,
    dutyCycle: step.pulse?.dutyCycle ?? 1,
  };
  const time = exposureTime(zone);
  const problems = [
    ...emitterProblems(zone, name, emitter.value),
    ...wireProblems(zone, name, bounds),
    ...(time.ok ? [] : [`${name}: ${time.problem}`]),
  ];
  return problems.length === 0 ? { ok: true, value: zone } : refuse(...problems);
}

interface Draft {
  readonly items: ProgramItem[];
  readonly steps: (readonly PrescribedZone[])[];
  readonly problems: string[];
}

function addTreat(draft: Draft, step: PlanTreatStep, profile: BeltProfile, bounds: WireBounds): void {
  const zones: PrescribedZone[] = [];
  for (const name of step.zones) {
    const resolved = prescribeZone(step, name, profile, bounds);
    if (resolved.ok) zones.push(resolved.value);
    else draft.problems.push(...resolved.problems);
  }
  const groups = step.order === 'together' ? [zones] : zones.map((zone) => [zone]);
  for (const group of groups) {
    if (group.length === 0) continue;
    draft.items.push({ kind: 'treat', step: draft.steps.length, zones: group });
    draft.steps.push(group);
  }
}

/**
 * One belt session: the light of `plan` when care steps do not part it, else one of its blocks (`planOfBlock`).
 * `plan` has passed `loadPlan`; `profile` is what the connected belt says of itself; `bounds` are the wire's. The
 * prescription's sessionTag is empty: the session fills it in. Never throws; problems are told all at once.
 */
export function resolveProgram(
  plan: Plan,
  profile: BeltProfile,
  bounds: WireBounds = WIRE_BOUNDS,
): ResolvedProgram {
  const draft: Draft = { items: [], steps: [], problems: [] };
  const lightBlocks = blocksOf(plan).filter((block) => block.kind === 'light');
  if (lightBlocks.length > 1) return refuse('light stands before and after a care step: a belt session each');
  for (const step of lightBlocks[0]?.steps ?? []) {
    if (step.kind === 'rest')
      draft.items.push({ kind: 'rest', durationMs: Math.ceil(step.durationS * 1000) });
    else addTreat(draft, step, profile, bounds);
  }
  const { emissionS, totalS } = programTimes(draft.items);
  // A limit over a session that lacks some of its steps would be a guess.
  const problems =
    draft.problems.length > 0
      ? [...new Set(draft.problems)]
      : sessionProblems({ plan, profile, bounds, steps: draft.steps, emissionS, totalS });
  if (problems.length > 0) return { ok: false, problems };
  const marginS = Math.max(TIME_LIMIT_MARGIN_MIN_S, emissionS * EXPOSURE_TIME_BACKSTOP);
  const timeLimitS = Math.min(Math.ceil(emissionS + marginS), profile.sessionMaxS, bounds.timeLimitMaxS);
  const program: SessionProgram = {
    planName: plan.name,
    site: plan.site,
    items: draft.items,
    prescription: { sessionTag: '', steps: draft.steps, timeLimitS },
    plannedDurationMs: Math.round(totalS * 1000),
  };
  return { ok: true, program };
}

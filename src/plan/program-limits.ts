// Limits over a whole session on one belt: dose per zone, energy, time, and what one prescription can hold.
import type { BeltProfile, PrescribedZone } from '../belt/belt.ts';
import { exposureTime } from '../dosimetry/dose.ts';
import { formatNumber } from '../dosimetry/units.ts';
import {
  RADIANT_EXPOSURE_CAP_J_PER_CM2,
  SESSION_DURATION_CAP_S,
  SESSION_ENERGY_CAP_J,
} from '../safety/limits.ts';
import type { Plan, ProgramItem } from './plan.ts';
import { exposureProblems } from './skin.ts';
import type { WireBounds } from './wire-bounds.ts';

/** Sums and quotients of decimal fractions may be above their limit by rounding alone. */
export const ROUNDING = 1 + 1e-9;

export interface ProgramTimes {
  /** Light of one zone at least. */
  readonly emissionS: number;
  /** Rests included. */
  readonly totalS: number;
}

/** NaN when a zone's time cannot be computed; every limit below then refuses. */
const zoneTimeS = (zone: PrescribedZone): number => {
  const time = exposureTime(zone);
  return time.ok ? time.value.onS : NaN;
};

export function programTimes(items: readonly ProgramItem[]): ProgramTimes {
  let emissionS = 0;
  let restS = 0;
  for (const item of items) {
    if (item.kind === 'rest') restS += item.durationMs / 1000;
    else emissionS += Math.max(...item.zones.map(zoneTimeS));
  }
  return { emissionS, totalS: emissionS + restS };
}

export interface SessionOnBelt extends ProgramTimes {
  readonly plan: Plan;
  readonly profile: BeltProfile;
  readonly bounds: WireBounds;
  readonly steps: readonly (readonly PrescribedZone[])[];
}

interface Limit {
  readonly value: number;
  readonly whose: string;
}

const narrowest = (limits: readonly Limit[]): Limit =>
  limits.reduce((narrow, limit) => (limit.value < narrow.value ? limit : narrow));

function zoneDoseProblems({ plan, profile, steps }: SessionOnBelt): string[] {
  const own = plan.limits.sessionDoseJPerCm2;
  const limits: readonly Limit[] = [
    { value: RADIANT_EXPOSURE_CAP_J_PER_CM2, whose: 'the cap for a point and session' },
    { value: profile.radiantExposureMaxJPerCm2, whose: "the belt's own limit for a zone and session" },
    ...(own === undefined ? [] : [{ value: own, whose: "the plan's limit `sessionDose`" }]),
  ];
  const totals = new Map<number, number>();
  for (const zone of steps.flat())
    totals.set(zone.zone, (totals.get(zone.zone) ?? 0) + zone.radiantExposureJPerCm2);
  return [...totals].flatMap(([zone, total]) => {
    // Each limit by itself, in the positive: one that is no number refuses, and hides behind no other.
    const exceeded = limits.filter(({ value }) => !(total <= value * ROUNDING));
    if (exceeded.length === 0) return [];
    const { value, whose } = narrowest(exceeded);
    return [
      `L${zone + 1}: ${formatNumber(total)} J/cm2 in this session is above ${whose} (${formatNumber(value)} J/cm2)`,
    ];
  });
}

function energyProblems({ profile, steps }: SessionOnBelt): string[] {
  let totalJ = 0;
  for (const zone of steps.flat()) {
    const emitter = profile.emitters.find(
      (candidate) => candidate.zone === zone.zone && candidate.wavelengthNm === zone.wavelengthNm,
    );
    totalJ += zone.radiantExposureJPerCm2 * (emitter?.areaCm2 ?? NaN);
  }
  if (totalJ <= SESSION_ENERGY_CAP_J * ROUNDING) return [];
  return [`this session gives ${formatNumber(totalJ)} J in all, above the cap of ${SESSION_ENERGY_CAP_J} J`];
}

const beltTimeProblems = ({ profile, totalS }: SessionOnBelt): string[] =>
  totalS <= profile.sessionMaxS * ROUNDING
    ? []
    : [
        `this session lasts ${formatNumber(totalS)} s, longer than the belt allows (${formatNumber(profile.sessionMaxS)} s)`,
      ];

function timeProblems({ plan, emissionS, totalS }: SessionOnBelt): string[] {
  const problems: string[] = [];
  if (!(emissionS <= SESSION_DURATION_CAP_S * ROUNDING))
    problems.push(
      `this session is ${formatNumber(emissionS / 60, 1)} min of light, above the cap of ${SESSION_DURATION_CAP_S / 60} min`,
    );
  const own = plan.limits.durationS;
  if (own !== undefined && !(totalS <= own * ROUNDING))
    problems.push(
      `this session lasts ${formatNumber(totalS)} s, longer than the plan's limit \`duration\` (${formatNumber(own)} s)`,
    );
  return problems;
}

function wireProblems({ bounds, steps }: SessionOnBelt): string[] {
  const problems: string[] = [];
  if (steps.length === 0) problems.push('this session has no light');
  if (!(steps.length <= bounds.stepMaxCount))
    problems.push(
      `this session has ${steps.length} steps (each zone of a sequence is one); the protocol carries ${bounds.stepMaxCount}`,
    );
  const entryCount = steps.flat().length;
  if (!(entryCount <= bounds.entryMaxCount))
    problems.push(
      `this session prescribes ${entryCount} doses (each zone of each step is one); the protocol carries ${bounds.entryMaxCount}`,
    );
  return problems;
}

/** Of one belt session. */
export const sessionProblems = (session: SessionOnBelt): string[] => [
  ...zoneDoseProblems(session),
  ...energyProblems(session),
  ...timeProblems(session),
  ...beltTimeProblems(session),
  ...wireProblems(session),
  ...exposureProblems(session.steps),
];

/** Of all belt sessions of a visit together: `session` holds the steps of every light block. */
export const visitProblems = (session: SessionOnBelt): string[] => [
  ...zoneDoseProblems(session),
  ...energyProblems(session),
  ...timeProblems(session),
];

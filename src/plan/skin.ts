// What the skin of each zone takes: Σ E/MPE over the emitters that light it at a time, and how warm it will get.
import type { PrescribedZone } from '../belt/belt.ts';
import { exposureTime } from '../dosimetry/dose.ts';
import { skinExposureRatio, type ExposureSource } from '../dosimetry/exposure-limits.ts';
import { predictSkinHeating, type HeatingStep } from '../dosimetry/skin-heating.ts';
import { formatNumber } from '../dosimetry/units.ts';
import { EXPOSURE_SUM_MAX, SKIN_TEMPERATURE_CUT_C, SKIN_TEMPERATURE_WARN_C } from '../safety/limits.ts';
import type { SessionProgram, VisitWarning } from './plan.ts';

/** Light begins on skin this warm or colder: heat ends that long before. */
const SKIN_START_MAX_C = 37;
/** H02: thermal dose, minutes at 43 °C. */
const THERMAL_DOSE_WARN_MIN = 1;
const THERMAL_DOSE_CUT_MIN = 2;

const zonesOf = (entries: readonly PrescribedZone[]): readonly number[] => [
  ...new Set(entries.map((entry) => entry.zone)),
];

/** NaN when it cannot be computed; every limit then refuses. */
const lightS = (entry: PrescribedZone): number => {
  const time = exposureTime(entry);
  return time.ok ? time.value.onS : NaN;
};

const sourcesOf = (step: readonly PrescribedZone[], zone: number): readonly ExposureSource[] =>
  step
    .filter((entry) => entry.zone === zone)
    .map((entry) => ({
      wavelengthNm: entry.wavelengthNm,
      irradianceMeanMwPerCm2: entry.irradianceMwPerCm2,
      pulse:
        entry.pulseFrequencyHz > 0
          ? { frequencyHz: entry.pulseFrequencyHz, dutyCycle: entry.dutyCycle }
          : undefined,
      durationS: lightS(entry),
    }));

function exposureProblem(sources: readonly ExposureSource[]): string | undefined {
  const ratio = skinExposureRatio(sources);
  if (!ratio.ok) return ratio.problem;
  if (ratio.value <= EXPOSURE_SUM_MAX) return undefined;
  return `${formatNumber(ratio.value, 3)} times what skin may take at once`;
}

/**
 * Emitters that are lit together in one zone are taken to overlap: belts do not say whether they do. Steps follow each
 * other, and beyond 10 s the limit is an irradiance, so that they do not add up.
 */
export function exposureProblems(steps: readonly (readonly PrescribedZone[])[]): string[] {
  // The same light on zone after zone, step after step, is judged once.
  const judged = new Map<string, string | undefined>();
  return steps.flatMap((step) =>
    zonesOf(step).flatMap((zone) => {
      const sources = sourcesOf(step, zone);
      const key = JSON.stringify(sources);
      if (!judged.has(key)) judged.set(key, exposureProblem(sources));
      const problem = judged.get(key);
      return problem === undefined ? [] : [`L${zone + 1}: ${problem}`];
    }),
  );
}

export interface ZoneHeating {
  readonly zone: number;
  readonly skinTemperatureMaxC: number;
  readonly thermalDoseMin: number;
}

/** Ramps count as full light. Care between belt sessions may be skipped and cools nothing here. */
function heatingSteps(programs: readonly SessionProgram[], zone: number): readonly HeatingStep[] {
  return programs.flatMap(({ items }) =>
    items.map((item): HeatingStep => {
      if (item.kind === 'rest') return { irradianceMwPerCm2: 0, durationS: item.durationMs / 1000 };
      const lit = item.zones.filter((entry) => entry.zone === zone);
      const irradianceMwPerCm2 = lit.reduce((sum, entry) => sum + entry.irradianceMwPerCm2, 0);
      const durationS = Math.max(...(lit.length > 0 ? lit : item.zones).map(lightS));
      return { irradianceMwPerCm2, durationS };
    }),
  );
}

export interface PredictedSkin {
  /** From skin at 37 °C, the warmest on which light may begin. */
  readonly zones: readonly ZoneHeating[];
  readonly warnings: readonly VisitWarning[];
  readonly problems: readonly string[];
}

const MODEL =
  'model dT/dt = (0.05 °C per mW/cm2 · E − (T − 33 °C)) / 240 s [eng], from skin at 37 °C; IEC 60601-1 table 24: 41 °C, 43 °C';

export function predictSkin(programs: readonly SessionProgram[]): PredictedSkin {
  const zones: ZoneHeating[] = [];
  const warnings: VisitWarning[] = [];
  const problems: string[] = [];
  for (const zone of zonesOf(programs.flatMap(({ prescription }) => prescription.steps.flat()))) {
    const heating = predictSkinHeating(heatingSteps(programs, zone), SKIN_START_MAX_C);
    if (!heating.ok) {
      problems.push(`L${zone + 1}: ${heating.problem}`);
      continue;
    }
    const { skinTemperatureMaxC, thermalDoseMin } = heating.value;
    zones.push({ zone, skinTemperatureMaxC, thermalDoseMin });
    const words =
      `L${zone + 1}: skin is predicted to reach ${formatNumber(skinTemperatureMaxC, 1)} °C, ` +
      `${formatNumber(thermalDoseMin)} min at 43 °C`;
    if (!(skinTemperatureMaxC < SKIN_TEMPERATURE_CUT_C && thermalDoseMin < THERMAL_DOSE_CUT_MIN))
      problems.push(`${words} (at most ${SKIN_TEMPERATURE_CUT_C} °C, ${THERMAL_DOSE_CUT_MIN} min)`);
    else if (!(skinTemperatureMaxC < SKIN_TEMPERATURE_WARN_C && thermalDoseMin < THERMAL_DOSE_WARN_MIN))
      warnings.push({ message: words, source: MODEL });
  }
  return { zones, warnings, problems };
}

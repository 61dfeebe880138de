// A visit as the worst-case search walks it: lines (one emitter each), light blocks, and how the light of each grows.
import type { BeltProfile, PrescribedZone } from '../belt/belt.ts';
import { exposureTime } from '../dosimetry/dose.ts';
import type { SessionProgram } from './plan.ts';

/** One wavelength of one zone, over the whole visit. */
export interface Line {
  readonly zone: number;
  readonly wavelengthNm: number;
  readonly areaCm2: number;
  readonly plannedJPerCm2: number;
  /** The strongest irradiance that any step asks of it. */
  readonly irradianceMaxMwPerCm2: number;
}

export interface StepLight {
  readonly line: number;
  readonly doseJPerCm2: number;
  readonly irradianceMwPerCm2: number;
  readonly rampUpS: number;
  readonly rampDownS: number;
  readonly onS: number;
}

/** Steps in order; the lights of one step run together. */
export interface Block {
  readonly steps: readonly (readonly StepLight[])[];
  readonly lightS: number;
  readonly restS: number;
  /** The longest ramp up of each step's zones, the greatest of them. */
  readonly rampUpMaxS: number;
}

export interface Visit {
  readonly lines: readonly Line[];
  readonly blocks: readonly Block[];
}

/** Radiant exposure after `lightS` of one lighting from the beginning, without interruption. */
export function doseAfter(light: StepLight, lightS: number): number {
  const { irradianceMwPerCm2, rampUpS, rampDownS, onS, doseJPerCm2 } = light;
  if (!(lightS < onS)) return doseJPerCm2;
  const wPerCm2 = irradianceMwPerCm2 / 1000;
  if (lightS < rampUpS) return (wPerCm2 * lightS * lightS) / (2 * rampUpS);
  const leftS = onS - lightS;
  if (leftS < rampDownS) return doseJPerCm2 - (wPerCm2 * leftS * leftS) / (2 * rampDownS);
  return wPerCm2 * (lightS - rampUpS / 2);
}

/** The inverse: when the light has given `dose`, below its prescription. */
export function lightTimeFor(light: StepLight, dose: number): number {
  const { irradianceMwPerCm2, rampUpS, rampDownS, onS, doseJPerCm2 } = light;
  if (!(dose < doseJPerCm2)) return onS;
  if (!(dose > 0)) return 0;
  const wPerCm2 = irradianceMwPerCm2 / 1000;
  if (dose < (wPerCm2 * rampUpS) / 2) return Math.sqrt((2 * rampUpS * dose) / wPerCm2);
  const left = doseJPerCm2 - dose;
  if (left < (wPerCm2 * rampDownS) / 2) return onS - Math.sqrt((2 * rampDownS * left) / wPerCm2);
  return dose / wPerCm2 + rampUpS / 2;
}

const keyOf = ({ zone, wavelengthNm }: PrescribedZone): string => `${zone}/${wavelengthNm}`;

function linesOf(programs: readonly SessionProgram[], profile: BeltProfile): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const dose of programs.flatMap(({ prescription }) => prescription.steps.flat())) {
    const before = lines.get(keyOf(dose));
    const emitter = profile.emitters.find(
      ({ zone, wavelengthNm }) => zone === dose.zone && wavelengthNm === dose.wavelengthNm,
    );
    lines.set(keyOf(dose), {
      zone: dose.zone,
      wavelengthNm: dose.wavelengthNm,
      areaCm2: emitter?.areaCm2 ?? NaN,
      plannedJPerCm2: (before?.plannedJPerCm2 ?? 0) + dose.radiantExposureJPerCm2,
      irradianceMaxMwPerCm2: Math.max(before?.irradianceMaxMwPerCm2 ?? 0, dose.irradianceMwPerCm2),
    });
  }
  return lines;
}

function blockOf(program: SessionProgram, indexOf: ReadonlyMap<string, number>): Block {
  const steps: StepLight[][] = [];
  let restS = 0;
  for (const item of program.items) {
    if (item.kind === 'rest') {
      restS += item.durationMs / 1000;
      continue;
    }
    steps.push(
      item.zones.map((zone): StepLight => {
        const time = exposureTime(zone);
        return {
          line: indexOf.get(keyOf(zone)) ?? 0,
          doseJPerCm2: zone.radiantExposureJPerCm2,
          irradianceMwPerCm2: zone.irradianceMwPerCm2,
          rampUpS: zone.rampUpS,
          rampDownS: zone.rampDownS,
          // Ramps that do not fit are refused before; here they must not break the arithmetic.
          onS: time.ok ? time.value.onS : (zone.radiantExposureJPerCm2 * 1000) / zone.irradianceMwPerCm2,
        };
      }),
    );
  }
  const lightS = steps.reduce((sum, step) => sum + Math.max(0, ...step.map(({ onS }) => onS)), 0);
  const rampUpMaxS = Math.max(0, ...steps.flat().map(({ rampUpS }) => rampUpS));
  return { steps, lightS, restS, rampUpMaxS };
}

/** `programs` are the light blocks of one visit, in order, resolved against `profile`. */
export function visitOf(programs: readonly SessionProgram[], profile: BeltProfile): Visit {
  const lines = linesOf(programs, profile);
  const indexOf = new Map([...lines.keys()].map((key, index) => [key, index]));
  return { lines: [...lines.values()], blocks: programs.map((program) => blockOf(program, indexOf)) };
}

// A session's arithmetic as rows, for a person with a pocket calculator: what will be given, before anyone is asked.
import type { BeltProfile } from '../belt/belt.ts';
import { exposureTime } from '../dosimetry/dose.ts';
import type { ProgramItem, SessionProgram } from './plan.ts';

export interface ProgramRow {
  readonly item: number;
  readonly zone: string;
  readonly wavelengthNm: number;
  /** Mean over a pulse period, as is the power. */
  readonly irradianceMwPerCm2: number;
  readonly areaCm2: number;
  readonly radiantPowerMw: number;
  readonly radiantExposureJPerCm2: number;
  readonly radiantEnergyJ: number;
  /** Light, ramps included. */
  readonly emissionS: number;
  readonly rampUpS: number;
  readonly rampDownS: number;
  /** 0 is continuous. */
  readonly pulseFrequencyHz: number;
  readonly dutyCycle: number;
}

export interface ProgramTable {
  readonly rows: readonly ProgramRow[];
  readonly rests: readonly { readonly item: number; readonly durationS: number }[];
  readonly radiantEnergyTotalJ: number;
  readonly emissionTotalS: number;
  readonly durationTotalS: number;
  readonly timeLimitS: number;
}

function rowsOf(item: ProgramItem, index: number, profile: BeltProfile): ProgramRow[] {
  if (item.kind === 'rest') return [];
  return item.zones.map((zone): ProgramRow => {
    const emitter = profile.emitters.find(
      (candidate) => candidate.zone === zone.zone && candidate.wavelengthNm === zone.wavelengthNm,
    );
    const areaCm2 = emitter?.areaCm2 ?? NaN;
    const time = exposureTime(zone);
    return {
      item: index,
      zone: `L${zone.zone + 1}`,
      wavelengthNm: zone.wavelengthNm,
      irradianceMwPerCm2: zone.irradianceMwPerCm2,
      areaCm2,
      radiantPowerMw: zone.irradianceMwPerCm2 * areaCm2,
      radiantExposureJPerCm2: zone.radiantExposureJPerCm2,
      radiantEnergyJ: zone.radiantExposureJPerCm2 * areaCm2,
      emissionS: time.ok ? time.value.onS : NaN,
      rampUpS: zone.rampUpS,
      rampDownS: zone.rampDownS,
      pulseFrequencyHz: zone.pulseFrequencyHz,
      dutyCycle: zone.dutyCycle,
    };
  });
}

/** `program` was resolved against `profile`. */
export function programTable(program: SessionProgram, profile: BeltProfile): ProgramTable {
  const rows = program.items.flatMap((item, index) => rowsOf(item, index, profile));
  const rests = program.items.flatMap((item, index) =>
    item.kind === 'rest' ? [{ item: index, durationS: item.durationMs / 1000 }] : [],
  );
  const emissionTotalS = program.items.reduce((total, item, index) => {
    if (item.kind === 'rest') return total;
    return total + Math.max(...rows.filter((row) => row.item === index).map((row) => row.emissionS));
  }, 0);
  return {
    rows,
    rests,
    radiantEnergyTotalJ: rows.reduce((total, row) => total + row.radiantEnergyJ, 0),
    emissionTotalS,
    durationTotalS: program.plannedDurationMs / 1000,
    timeLimitS: program.prescription.timeLimitS,
  };
}

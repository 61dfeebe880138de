// What really happened, from the physics and not from the firmware: one form for every line of a truth file.
import { truePulseFrequencyHz, type Optics } from './optics.ts';
import type { Skin } from './skin.ts';

/** One emitter. */
export interface TruthZone {
  /** `L1` for zone 0. */
  readonly zone: string;
  readonly wavelengthNm: number;
  /** Mean over a pulse period, now. */
  readonly irradianceMwPerCm2: number;
  /** Since the serving began. */
  readonly radiantExposureJPerCm2: number;
  readonly pulseFrequencyHz: number;
  readonly skinTemperatureC: number;
}

export interface TruthSample {
  /** Physics time since the serving began; a reboot does not reset it. */
  readonly atMs: number;
  /** The machine's monotonic clock at that instant, so that other processes can compare. */
  readonly hostMs: number;
  /** Any irradiance above zero; the gaps between pulses count as emission. */
  readonly emission: boolean;
  readonly zones: readonly TruthZone[];
  /** Why emission changed; null on the lines between. */
  readonly cause: string | null;
}

export function describeTruth(
  optics: Optics,
  skin: Skin,
  atMs: number,
  hostMs: number,
  cause: string | null,
): TruthSample {
  const { board } = optics;
  const zones: TruthZone[] = [];
  for (let emitter = 0; emitter < board.emitterCount; emitter++) {
    const areaCm2 = board.emitterAreaCm2[emitter]!;
    const zone = board.emitterZone[emitter]!;
    zones.push({
      zone: `L${zone + 1}`,
      wavelengthNm: board.emitterWavelengthNm[emitter]!,
      irradianceMwPerCm2: optics.powerMw[emitter]! / areaCm2,
      radiantExposureJPerCm2: optics.energyMj[emitter]! / areaCm2 / 1000,
      pulseFrequencyHz: truePulseFrequencyHz(optics, emitter),
      skinTemperatureC: skin.temperatureC[zone]!,
    });
  }
  return { atMs, hostMs, emission: optics.emission, zones, cause };
}

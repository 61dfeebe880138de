// What the belt says about itself: its hardware and its limits.
import { LEASE_TTL_MS, PROTOCOL_VERSION, type Features } from '../../protocol/messages.ts';
import type { Board } from '../board.ts';
import {
  COUNTDOWN_MS,
  MEASUREMENT_UNCERTAINTY,
  PROGRAM_CAP_MW_PER_CM2,
  RADIANT_EXPOSURE_MAX_MJ_PER_CM2,
  SESSION_MAX_MS,
  SKIN_CUT_C,
} from './limits.ts';

/** 14 mW over 2.24 cm² are 6.25 mW/cm², not the hair less that binary fractions make of it. */
const ROUNDING = 1e-6;

export const FIRMWARE_VERSION = [1, 0, 0] as const;

/** What of the board is hardware that the belt tells. */
export type BoardHardware = Pick<
  Board,
  | 'zoneCount'
  | 'emitterCount'
  | 'emitterZone'
  | 'emitterWavelengthNm'
  | 'emitterAreaCm2'
  | 'emitterPowerMaxMw'
>;

export function describeFeatures(board: BoardHardware, beltId: Uint8Array, hasButton: boolean): Features {
  return {
    protocolMajor: PROTOCOL_VERSION.major,
    protocolMinor: PROTOCOL_VERSION.minor,
    simulated: true,
    paired: false,
    hasButton,
    beltId,
    firmwareVersion: FIRMWARE_VERSION,
    zoneCount: board.zoneCount,
    leaseTtlMs: LEASE_TTL_MS,
    countdownMs: COUNTDOWN_MS,
    sessionMaxS: SESSION_MAX_MS / 1000,
    skinTemperatureCutCentiC: SKIN_CUT_C * 100,
    radiantExposureMaxTenMicroJPerCm2: RADIANT_EXPOSURE_MAX_MJ_PER_CM2 * 100,
    measurementUncertaintyCentiPercent: MEASUREMENT_UNCERTAINTY * 10_000,
    emitters: Array.from({ length: board.emitterCount }, (_, emitter) => {
      const areaCm2 = board.emitterAreaCm2[emitter]!;
      const powerMaxMw = board.emitterPowerMaxMw[emitter]!;
      return {
        zone: board.emitterZone[emitter]!,
        wavelengthNm: board.emitterWavelengthNm[emitter]!,
        areaCentiCm2: Math.round(areaCm2 * 100),
        radiantPowerMaxCentiMw: Math.round(powerMaxMw * 100),
        irradianceMaxCentiMwPerCm2: Math.floor(
          Math.min(PROGRAM_CAP_MW_PER_CM2, powerMaxMw / areaCm2) * 100 + ROUNDING,
        ),
      };
    }),
  };
}

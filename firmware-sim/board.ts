// The seam between firmware and physics: the belt's circuit board as registers. The firmware writes the switches and
// reads the sensors; the physics does the reverse. Typed arrays, because both sides run a hundred times a second.

export const DRIVER_SENSE = { ok: 0, open: 1, short: 2 } as const;
/** Raw temperature counts: 0.025 °C each from -20 °C; an open sensor reads full scale. */
export const COUNTS_PER_C = 40;
export const COUNTS_OFFSET_C = -20;
export const COUNTS_MAX = 4095;
/** Two temperature sensors per zone, at 2 × zone and 2 × zone + 1. */
export const SENSORS_PER_ZONE = 2;

export interface Board {
  readonly zoneCount: number;
  readonly emitterCount: number;
  readonly emitterZone: Uint8Array;
  readonly emitterWavelengthNm: Float64Array;
  readonly emitterAreaCm2: Float64Array;
  readonly emitterPowerMaxMw: Float64Array;

  // Written by the firmware.
  /** The supply of all drivers, in series with each of them. */
  masterClosed: boolean;
  /** Mean over a pulse period. */
  readonly driverMw: Float64Array;
  /** 0 is continuous. */
  readonly driverFrequencyHz: Float64Array;
  readonly driverDutyCycle: Float64Array;
  /** Any change feeds the hardware watchdog, which is no part of the firmware. */
  watchdogFeeds: number;

  // Written by the physics.
  /** Monitor photodiode, mean over a pulse period. */
  readonly monitorMw: Float64Array;
  /** The same photodiode, sampled in the on-phase. */
  readonly monitorPeakMw: Float64Array;
  /** Its analogue integral since power-on, so that light between two samples is not missed. */
  readonly monitorEnergyMj: Float64Array;
  readonly temperatureCounts: Uint16Array;
  readonly contact: Uint8Array;
  readonly driverSense: Uint8Array;
  /** Voltage behind the master switch. */
  masterSense: boolean;
  batteryPercent: number;
  charging: boolean;
  buttonPressed: boolean;

  /** Converts the photodiodes again for the switches as they are now. */
  sampleLight(): void;
  /** 32 random bits from the hardware. */
  entropy(): number;
}

// What a scripted belt says when a test wants nothing in particular.
import type { BeltEvent, Features, Tick } from '../../../protocol/messages.ts';

export const FEATURES: Features = {
  protocolMajor: 1,
  protocolMinor: 0,
  simulated: true,
  paired: false,
  hasButton: true,
  beltId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  firmwareVersion: [1, 2, 3],
  zoneCount: 2,
  leaseTtlMs: 1000,
  countdownMs: 3000,
  sessionMaxS: 1800,
  skinTemperatureCutCentiC: 4300,
  radiantExposureMaxTenMicroJPerCm2: 6_000_000,
  measurementUncertaintyCentiPercent: 30,
  emitters: [
    {
      zone: 0,
      wavelengthNm: 808,
      areaCentiCm2: 100,
      radiantPowerMaxCentiMw: 10_000,
      irradianceMaxCentiMwPerCm2: 10_000,
    },
    {
      zone: 1,
      wavelengthNm: 650,
      areaCentiCm2: 50,
      radiantPowerMaxCentiMw: 5000,
      irradianceMaxCentiMwPerCm2: 10_000,
    },
  ],
};

export const NONCE = Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2);

export const tickOf = (tick: number, changes: Partial<Tick> = {}): Tick => ({
  tick,
  state: 'standby',
  stopLatched: false,
  emission: false,
  leaseLive: false,
  charging: false,
  buttonPressed: false,
  eventPending: false,
  commandId: 0,
  epoch: 0,
  step: 0,
  leaseAgeTicks: 15,
  uptimeMs: tick * 250,
  batteryPercent: 80,
  hazards: 0,
  zones: [0, 1].map((zone) => ({
    zone,
    status: 'waiting',
    contact: true,
    lit: false,
    powerCentiMw: 1234,
    deliveredTenMicroJPerCm2: 150_000,
    skinTemperatureCentiC: zone === 0 ? 3312 : undefined,
  })),
  ...changes,
});

export const eventOf = (number: number, changes: Partial<BeltEvent> = {}): BeltEvent => ({
  number,
  kind: 'zoneEnded',
  state: 'armed',
  cause: 'none',
  hazard: 0,
  zone: 1,
  tickLow16: 7,
  ...changes,
});

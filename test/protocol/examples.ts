// One example of every message, shared by the golden vectors and the worked session of the specification.
import { fromHex } from '../../protocol/bytes.ts';
import type {
  BeltEvent,
  Features,
  Lease,
  RecordAnswer,
  RecordRequest,
  SessionRecord,
  Tick,
  TickZone,
  WirePrescription,
} from '../../protocol/messages.ts';

export const bytesOf = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return bytes;
};

export const BELT_ID = bytesOf('b1e70001c0ffee42');
export const SESSION_TAG = bytesOf('0123456789abcdef');
export const NONCE = bytesOf('a0a1a2a3a4a5a6a7');

/** The belt of the worked session: one zone, one emitter of 808 nm on 1.00 cm², simulated. */
export const FEATURES: Features = {
  protocolMajor: 1,
  protocolMinor: 0,
  simulated: true,
  paired: false,
  hasButton: true,
  beltId: BELT_ID,
  firmwareVersion: [1, 2, 3],
  zoneCount: 1,
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
  ],
};

/** 50 mW/cm² continuous, 4 J/cm², ramps of 2.0 s and 1.0 s. */
export const PRESCRIPTION: WirePrescription = {
  sessionTag: SESSION_TAG,
  stepCount: 1,
  timeLimitS: 90,
  entries: [
    {
      step: 0,
      zone: 0,
      emitter: 0,
      irradianceCentiMwPerCm2: 5000,
      pulseFrequencyDeciHz: 0,
      dutyCyclePer10k: 10_000,
      radiantExposureTenMicroJPerCm2: 400_000,
      rampUpDeciS: 20,
      rampDownDeciS: 10,
    },
  ],
};

/** Two steps, four zones, one of them pulsed: 73.0 Hz at duty cycle 0.5. */
export const PRESCRIPTION_OF_TWO_STEPS: WirePrescription = {
  ...PRESCRIPTION,
  stepCount: 2,
  timeLimitS: 600,
  entries: [0, 1, 2, 3, 4].map((index) => ({
    step: index < 4 ? 0 : 1,
    zone: index % 4,
    emitter: index < 4 ? index : 4,
    irradianceCentiMwPerCm2: index < 4 ? 5000 : 1000,
    pulseFrequencyDeciHz: index < 4 ? 0 : 730,
    dutyCyclePer10k: index < 4 ? 10_000 : 5000,
    radiantExposureTenMicroJPerCm2: index < 4 ? 400_000 : 50_000,
    rampUpDeciS: 20,
    rampDownDeciS: 10,
  })),
};

export const LIT_LEASE: Lease = { tick: 0x1234, step: 0, zones: 0b1, ceiling: 0x7fff, epoch: 1 };
export const DARK_LEASE: Lease = { tick: 0x1227, step: 0, zones: 0, ceiling: 0, epoch: 1 };

const zoneOf = (changes: Partial<TickZone>): TickZone => ({
  zone: 0,
  status: 'waiting',
  contact: true,
  lit: false,
  powerCentiMw: 0,
  deliveredTenMicroJPerCm2: 0,
  skinTemperatureCentiC: 3320,
  ...changes,
});

const tickOf = (changes: Partial<Tick>, zone: Partial<TickZone> = {}): Tick => ({
  tick: 0x1200,
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
  uptimeMs: 60_000,
  batteryPercent: 87,
  hazards: 0,
  zones: [zoneOf(zone)],
  ...changes,
});

export const TICK = {
  standby: tickOf({}, { status: 'idle' }),
  countdown: tickOf({ tick: 0x1227, state: 'countdown', commandId: 2, epoch: 1, uptimeMs: 69_750 }),
  armed: tickOf({
    tick: 0x1234,
    state: 'armed',
    leaseLive: true,
    commandId: 2,
    epoch: 1,
    leaseAgeTicks: 1,
    uptimeMs: 73_000,
  }),
  emitting: tickOf(
    {
      tick: 0x1240,
      state: 'armed',
      emission: true,
      leaseLive: true,
      commandId: 2,
      epoch: 1,
      leaseAgeTicks: 1,
      uptimeMs: 76_000,
    },
    { status: 'emitting', lit: true, powerCentiMw: 5003, deliveredTenMicroJPerCm2: 10_120 },
  ),
  paused: tickOf(
    { tick: 0x1241, state: 'paused', commandId: 3, epoch: 1, leaseAgeTicks: 2, uptimeMs: 76_130 },
    { deliveredTenMicroJPerCm2: 10_770 },
  ),
  resumed: tickOf(
    { tick: 0x1260, state: 'armed', commandId: 4, epoch: 2, uptimeMs: 83_900 },
    { deliveredTenMicroJPerCm2: 10_770 },
  ),
  stopped: tickOf(
    {
      tick: 0x1271,
      state: 'ended',
      stopLatched: true,
      eventPending: true,
      commandId: 4,
      epoch: 2,
      uptimeMs: 88_020,
    },
    { deliveredTenMicroJPerCm2: 26_400, skinTemperatureCentiC: 3351 },
  ),
} satisfies Readonly<Record<string, Tick>>;

/** Every flag, four zones, a sensor without a valid reading, hazards H01 and H24. */
export const TICK_OF_FOUR_ZONES: Tick = {
  ...TICK.emitting,
  tick: 0xfedcba98,
  stopLatched: true,
  charging: true,
  buttonPressed: true,
  eventPending: true,
  step: 14,
  leaseAgeTicks: 14,
  uptimeMs: 0xffffffff,
  hazards: 0x800001,
  zones: [
    zoneOf({
      zone: 0,
      status: 'emitting',
      lit: true,
      powerCentiMw: 0xffff,
      deliveredTenMicroJPerCm2: 0xffffff,
    }),
    zoneOf({ zone: 1, status: 'done', skinTemperatureCentiC: undefined }),
    zoneOf({ zone: 2, status: 'endedShort', contact: false }),
    zoneOf({ zone: 3, status: 'cutOff' }),
  ],
};

export const STOPPED_EVENT: BeltEvent = {
  number: 41,
  kind: 'stopped',
  state: 'ended',
  cause: 'stopped',
  hazard: 0,
  zone: 0xff,
  tickLow16: 0x1271,
};
export const HAZARD_EVENT: BeltEvent = {
  number: 42,
  kind: 'hazard',
  state: 'ended',
  cause: 'hazard',
  hazard: 8,
  zone: 2,
  tickLow16: 0x1280,
};

export const RECORD: SessionRecord = {
  number: 7,
  kind: 'closed',
  cause: 'stopped',
  sessionTag: SESSION_TAG,
  bootCount: 12,
  startUptimeMs: 69_650,
  durationMs: 18_370,
  hazards: 0,
  entries: [
    {
      step: 0,
      zone: 0,
      emitter: 0,
      status: 'waiting',
      prescribedTenMicroJPerCm2: 400_000,
      deliveredTenMicroJPerCm2: 26_400,
      emissionCentiS: 726,
    },
  ],
};

export const RECORD_REQUESTS: readonly RecordRequest[] = [
  { op: 'count' },
  { op: 'last' },
  { op: 'abort' },
  { op: 'byNumber', number: 7 },
  { op: 'bySession', sessionTag: SESSION_TAG },
];
export const RECORD_ANSWER: RecordAnswer = { op: 'bySession', code: 'ok', recordCount: 3, newestNumber: 7 };

// A terminal that remembers, and a session's status to draw.
import type { Io } from '../../src/cli/io.ts';
import type { SessionStatus, ZoneStatusLine } from '../../src/cli/session-status.ts';

export interface FakeIo extends Io {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function createFakeIo(overrides: Partial<Io> = {}): FakeIo {
  let out = '';
  let err = '';
  return {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: {},
    isInputTerminal: false,
    isOutputTerminal: false,
    isErrorTerminal: false,
    columns: () => 80,
    rows: () => 24,
    ...overrides,
    stdout: () => out,
    stderr: () => err,
  };
}

export const zoneStatus = (overrides: Partial<ZoneStatusLine> = {}): ZoneStatusLine => ({
  zone: 'L1',
  wavelengthNm: 808,
  irradianceMwPerCm2: 50,
  prescribedJPerCm2: 4,
  deliveredJPerCm2: 1,
  deliveredUpperJPerCm2: 1.003,
  certainty: 'certain',
  skinTemperatureC: 33.25,
  contact: true,
  status: 'emitting',
  ...overrides,
});

export const sessionStatus = (overrides: Partial<SessionStatus> = {}): SessionStatus => ({
  state: 'emitting',
  emission: true,
  awaitsButton: false,
  plan: 'low-back-spasm',
  session: '0123456789abcdef',
  address: 'sim',
  simulated: true,
  processId: 4711,
  itemIndex: 0,
  itemCount: 1,
  elapsedMs: 21_000,
  plannedDurationMs: 81_500,
  countdownRemainingMs: null,
  batteryPercent: 96,
  statusAgeMs: 120,
  pauseCause: null,
  hazards: [],
  warnings: [],
  badFrameCount: 0,
  zones: [zoneStatus()],
  ...overrides,
});

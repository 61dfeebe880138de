// A belt's firmware on a board without physics: every register says what the test wrote, so that a rule can be tried at
// its very bound. Where light is judged, the switches are what is looked at: the drivers and the master.
import { COUNTS_OFFSET_C, COUNTS_PER_C, type Board } from '../../firmware-sim/board.ts';
import { bootFirmware, stepFirmware } from '../../firmware-sim/firmware/firmware.ts';
import { createFlash, openRecord, type Flash } from '../../firmware-sim/firmware/flash.ts';
import { acceptLink, takeSubscription } from '../../firmware-sim/firmware/inputs.ts';
import { checkProgram } from '../../firmware-sim/firmware/program.ts';
import { startStep } from '../../firmware-sim/firmware/session.ts';
import type { Firmware } from '../../firmware-sim/firmware/state.ts';
import { createRandomBytes } from '../../firmware-sim/random.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import type { WirePrescription } from '../../protocol/messages.ts';
import { program } from './bench.ts';

export const countsOf = (celsius: number): number => Math.round((celsius - COUNTS_OFFSET_C) * COUNTS_PER_C);

/** Four zones, 808 nm on 1 cm² with 100 mW and 650 nm on 0.5 cm² with 5 mW each; skin at 33 °C, contact everywhere. */
export function bareBoard(): Board & { sampleCount: number } {
  const emitterCount = 8;
  let entropy = 0;
  const board = {
    zoneCount: 4,
    emitterCount,
    emitterZone: Uint8Array.of(0, 0, 1, 1, 2, 2, 3, 3),
    emitterWavelengthNm: Float64Array.of(808, 650, 808, 650, 808, 650, 808, 650),
    emitterAreaCm2: Float64Array.of(1, 0.5, 1, 0.5, 1, 0.5, 1, 0.5),
    emitterPowerMaxMw: Float64Array.of(100, 5, 100, 5, 100, 5, 100, 5),
    masterClosed: false,
    driverMw: new Float64Array(emitterCount),
    driverFrequencyHz: new Float64Array(emitterCount),
    driverDutyCycle: new Float64Array(emitterCount).fill(1),
    watchdogFeeds: 0,
    monitorMw: new Float64Array(emitterCount),
    monitorPeakMw: new Float64Array(emitterCount),
    monitorEnergyMj: new Float64Array(emitterCount),
    temperatureCounts: new Uint16Array(8).fill(countsOf(33)),
    contact: new Uint8Array(4).fill(1),
    driverSense: new Uint8Array(emitterCount),
    masterSense: false,
    batteryPercent: 80,
    charging: false,
    buttonPressed: false,
    sampleCount: 0,
    sampleLight: () => void (board.sampleCount += 1),
    entropy: () => ++entropy,
  };
  return board;
}

export interface Sent {
  readonly link: number;
  readonly characteristic: Characteristic;
  readonly bytes: Uint8Array;
}
export interface Bare {
  readonly fw: Firmware;
  readonly board: ReturnType<typeof bareBoard>;
  readonly flash: Flash;
  readonly sent: Sent[];
  readonly dropped: { readonly link: number; readonly reason: string }[];
}

export function bareBelt(
  options: { flash?: Flash; hasButton?: boolean; board?: ReturnType<typeof bareBoard> } = {},
): Bare {
  const board = options.board ?? bareBoard();
  const flash = options.flash ?? createFlash(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const sent: Sent[] = [];
  const dropped: { link: number; reason: string }[] = [];
  const fw = bootFirmware(
    board,
    flash,
    options.hasButton ?? true,
    {
      send: (link, characteristic, bytes) => void sent.push({ link, characteristic, bytes: bytes.slice() }),
      disconnect: (link, reason) => void dropped.push({ link, reason }),
    },
    { labelSecret: new Uint8Array(16), randomBytes: createRandomBytes(1, 'bare belt') },
  );
  return { fw, board, flash, sent, dropped };
}

/** A link with the number 1 that is the owner and listens to everything. */
export function withOwner(bare: Bare): void {
  const { fw } = bare;
  acceptLink(fw, 1);
  for (const name of ['controlPoint', 'tick', 'events', 'recordAccess', 'recordData'] as const)
    takeSubscription(fw, 1, name, true, fw.nowMs);
  fw.owner = fw.links[0];
  bare.sent.length = 0;
}

/** Armed in the first step of a program, at 1000 ms and tick 20, shown at 1000 ms as well; no lease yet. */
export function bareArmed(prescription: WirePrescription = program({ steps: 2 }), bare = bareBelt()): Bare {
  const { fw } = bare;
  const checked = checkProgram(fw.board, prescription);
  if (!checked.ok) throw new Error(checked.refusal.code);
  fw.nowMs = fw.lastStepAtMs = fw.lastSlowAtMs = fw.persistedAtMs = fw.armedAtMs = 1000;
  fw.nextTickAtMs = 1250;
  fw.tick = 20;
  fw.firstTick = 2;
  fw.tickTimes.fill(1000);
  fw.entries = checked.entries;
  fw.backstopMs = checked.backstopMs;
  fw.epoch = 1;
  fw.entryStatus.fill(1);
  fw.skinC.fill(33);
  fw.lastCounts.set(fw.board.temperatureCounts);
  fw.selfTestPassed = fw.countdownDone = true;
  fw.leaseAcceptedAtMs = 1000;
  fw.state = 'armed';
  fw.stateSinceMs = 1000;
  openRecord(fw, prescription);
  startStep(fw, 0);
  return bare;
}

/** Steps of 10 ms; before each, the photodiodes are made to see what is set, or what the test says. */
export function step({ fw, board }: Bare, count = 1, see?: () => void): void {
  for (let done = 0; done < count; done++) {
    for (let emitter = 0; emitter < board.emitterCount; emitter++) {
      const mw = board.masterClosed ? board.driverMw[emitter]! : 0;
      board.monitorMw[emitter] = mw;
      board.monitorPeakMw[emitter] = mw / board.driverDutyCycle[emitter]!;
      board.monitorEnergyMj[emitter]! += (mw * 10) / 1000;
    }
    see?.();
    stepFirmware(fw, fw.lastStepAtMs + 10);
  }
}

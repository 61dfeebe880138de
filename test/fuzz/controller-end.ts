// The controller's end under attack: frames put in beside those of the belt, by somebody who hears everything.
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { crc16, writeU16 } from '../../protocol/bytes.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import type { CentralHandlers, Characteristic, Peripheral } from '../../protocol/gatt.ts';
import { splitMessage } from '../../protocol/segments.ts';
import type { BeltEvent, BeltPort, Prescription } from '../../src/belt/belt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import { watchBelt } from '../attack/stage.ts';
import { zoneOf } from '../session/support/rig.ts';
import { pairSimulatedBelt } from '../session/support/paired-belt.ts';
import type { Act } from './acts.ts';
import { createJudge, type Judge } from './judge.ts';
import { createTally, wordsOf, type Tally } from './tally.ts';
import { tape, type TapedFrame, type TapedPeripheral } from './tape.ts';

const PRESCRIPTION: Prescription = {
  sessionTag: '0011223344556677',
  steps: [[0, 1, 2, 3].map((zone) => zoneOf(zone, { radiantExposureJPerCm2: 0.6 }))],
  timeLimitS: 60,
};
const ALL_ZONES = 0x0f;
const AFTER_STOP_MS = 1500;
/** What a frame may cause at most: a report, a notice, or a count of bad ones. */
const EVENTS_PER_FRAME_MAX = 2;

/** Where a belt says what an attacker of the belt would have written. */
const SAID_ON: Readonly<Partial<Record<Characteristic, Characteristic>>> = {
  lease: 'tick',
  feature: 'events',
  battery: 'recordData',
};

interface Tap extends Peripheral {
  say(on: Characteristic, bytes: Uint8Array): void;
  readonly saidCount: number;
}

function createTap(peripheral: Peripheral): Tap {
  let central: CentralHandlers | undefined;
  let saidCount = 0;
  return {
    get saidCount() {
      return saidCount;
    },
    say(on, bytes) {
      saidCount += 1;
      central?.value(SAID_ON[on] ?? on, bytes);
    },
    connect(handlers) {
      central = handlers;
      return peripheral.connect({
        ...handlers,
        disconnected(reason) {
          if (central === handlers) central = undefined;
          handlers.disconnected(reason);
        },
      });
    },
  };
}

const pick = (frames: readonly TapedFrame[], which: number): TapedFrame | undefined =>
  frames.length === 0 ? undefined : frames[which % frames.length];

function sayAct(tap: Tap, air: TapedPeripheral, act: Act, envelope = createPlainEnvelope()): void {
  switch (act.kind) {
    case 'raw':
      return tap.say(act.on, act.bytes);
    case 'frame':
      return tap.say(act.on, envelope.seal(act.type, act.body, act.body.length));
    case 'counted': {
      const frame = Uint8Array.of(act.type, act.counter, ...act.body, 0, 0);
      writeU16(frame, frame.length - 2, crc16(frame, 0, frame.length - 2));
      return tap.say(act.on, frame);
    }
    case 'message':
      return splitMessage(act.bytes, (body, length) =>
        tap.say(act.on, envelope.seal(act.type, body, length)),
      );
    case 'replay': {
      const heard = pick(air.toCentral, act.which);
      if (heard === undefined) return;
      const bytes = heard.bytes.slice(0, Math.max(0, heard.bytes.length - Math.max(0, act.cut)));
      if (bytes.length > 0) bytes[act.at % bytes.length] = (bytes[act.at % bytes.length] ?? 0) ^ act.flip;
      return tap.say(act.on === 'same' ? heard.on : act.on, bytes);
    }
    case 'reflect': {
      const heard = pick(air.toBelt, act.which);
      if (heard !== undefined) tap.say(act.on, heard.bytes);
      return;
    }
    case 'lease':
    case 'likely':
    case 'subscribe':
    case 'read':
    case 'relink':
    case 'stop':
    case 'owner':
    case 'wait':
  }
}

interface Driver {
  readonly port: BeltPort;
  readonly eventCount: () => number;
  /** Runs until the port has opened and the light is on; false when it does not come to that. */
  begin(clock: VirtualClock, isLit: () => boolean): boolean;
}

/** The least that treats somebody: prepare, arm, and a lease for every tick. */
function createDriver(open: (onEvent: (event: BeltEvent) => void) => BeltPort): Driver {
  let eventCount = 0;
  let isOpen = false;
  const port = open((event) => {
    eventCount += 1;
    if (event.type === 'belt.opened') {
      isOpen = true;
      port.prepare(PRESCRIPTION);
    } else if (event.type === 'belt.prepared' && event.outcome.kind === 'acknowledged')
      port.arm('atController');
    else if (event.type === 'belt.tick' && event.report.state !== 'ended') {
      const { tick, epoch, step, state } = event.report;
      port.lease({ tick, epoch, step, ceiling: 1, zones: state === 'armed' ? ALL_ZONES : 0 });
    }
  });
  return {
    port,
    eventCount: () => eventCount,
    begin(clock, isLit) {
      port.open();
      for (let ms = 0; ms < 6000 && !isLit(); ms += 10) clock.advance(10);
      return isOpen && isLit();
    },
  };
}

export const LINES = ['to a plain controller', 'to a sealed controller'] as const;
export type Line = (typeof LINES)[number];

export interface ControllerAttack {
  readonly seed: number;
  readonly line: Line;
  readonly acts: readonly Act[];
}

/** Never throws: what was thrown is counted. */
export function attackController({ seed, line, acts }: ControllerAttack): Tally {
  const tally = createTally(line);
  tally.runs = 1;
  const clock = createVirtualClock();
  const judge: Judge = createJudge();
  const belt = createSimulatedBelt({ clock, seed, onTruth: judge.truth });
  const isSealed = line === 'to a sealed controller';
  const credentials = isSealed ? pairSimulatedBelt(belt, clock) : undefined;
  const air = tape(belt);
  const tap = createTap(air);
  const sentAtMs = new Map<number, number>();
  const driver = createDriver((onEvent) =>
    watchBelt(
      createGattBelt({
        transport: createInProcessTransport({ clock, peripheral: tap }),
        address: 'sim',
        clock,
        credentials,
        onEvent(event) {
          if (event.type === 'belt.tick') sentAtMs.set(event.report.tick, event.report.beltTimeMs + 1);
          onEvent(event);
        },
      }),
      belt,
      judge,
      sentAtMs,
    ),
  );
  const isLit = (): boolean => belt.truth().emission;
  try {
    if (!driver.begin(clock, isLit)) throw new Error('the session did not begin');
    const envelope = createPlainEnvelope();
    for (const act of acts) {
      const before = driver.eventCount();
      if (act.kind === 'wait') clock.advance(Math.min(act.ms, 300));
      else {
        const saidBefore = tap.saidCount;
        sayAct(tap, air, act, envelope);
        const caused = driver.eventCount() - before;
        // A forged event makes the controller confirm it, which the belt answers with a tick at most.
        if (caused > (tap.saidCount - saidBefore) * EVENTS_PER_FRAME_MAX + 8)
          tally.findings.push(`one frame caused ${caused} events`);
      }
    }
    tally.stops += 1;
    if (isLit()) tally.stopsWhileLit += 1;
    driver.port.stop();
    judge.revoked('the person stopped it');
    if (isLit()) {
      tally.stopsPrevented += 1;
      tally.findings.push('light after STOP over a link that works');
    }
    clock.advance(AFTER_STOP_MS);
    if (isLit()) tally.findings.push('light came back after STOP');
    driver.port.close();
  } catch (error) {
    tally.threw += 1;
    tally.findings.push(wordsOf(error));
  }
  belt.powerOff();
  tally.tried = tap.saidCount;
  tally.lit = judge.litCount;
  // In the open a forged tick is as good as a real one: the judge could only repeat what it says.
  if (isSealed) {
    tally.litOrProlonged = judge.violations.length;
    tally.findings.push(...judge.violations);
  }
  return tally;
}

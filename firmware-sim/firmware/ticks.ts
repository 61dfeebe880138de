// Ticks four times a second and at once after what matters; events until they are confirmed.
import { encodeEvent, encodeTickDetail, encodeTickState, encodeTickZone } from '../../protocol/codec.ts';
import { BODY_MAX_BYTES, type Characteristic } from '../../protocol/gatt.ts';
import {
  FRAME,
  TICK_PERIOD_MS,
  ZONE_STATUSES,
  type BeltEvent,
  type Tick,
  type TickZone,
} from '../../protocol/messages.ts';
import { nextTickNumber } from './flash.ts';
import { EXTRA_TICK_GAP_MS, OFF_MAX_RATIO, STEP_MS, TICK_MEMORY_COUNT } from './limits.ts';
import { isShutOut } from './lock.ts';
import { NO_ENTRY, isSession, type Firmware, type Link } from './state.ts';

const body = new Uint8Array(BODY_MAX_BYTES);

export function sendFrame(
  fw: Firmware,
  link: Link,
  characteristic: Characteristic,
  type: number,
  length: number,
  from: Uint8Array = body,
): void {
  // The one way out for everything but handshakes: a locked belt tells nothing in the open.
  if (isShutOut(fw, link)) return;
  fw.outputs.send(link.id, characteristic, link.envelope.seal(type, from, length));
}

export function sendEvent(fw: Firmware, event: BeltEvent): void {
  for (const link of fw.links) {
    if (!link.subscriptions.has('events')) continue;
    sendFrame(fw, link, 'events', FRAME.event, encodeEvent(event, body));
  }
}

export function resendEvents(fw: Firmware, link: Link): void {
  for (const event of fw.events) sendFrame(fw, link, 'events', FRAME.event, encodeEvent(event, body));
}

/** True when any photodiode sees more than an emitter that is off may give. */
export function isEmissionMeasured(fw: Firmware): boolean {
  const { board } = fw;
  for (let emitter = 0; emitter < board.emitterCount; emitter++)
    if (!(board.monitorMw[emitter]! <= board.emitterPowerMaxMw[emitter]! * OFF_MAX_RATIO)) return true;
  return false;
}

const isLeaseLive = (fw: Firmware): boolean =>
  isSession(fw) && fw.leaseTaken && fw.nowMs + STEP_MS <= fw.leaseEndMs;

/** Age of the newest accepted lease in ticks, as the tick frame says it. */
function leaseAgeTicks(fw: Firmware): number {
  if (!fw.leaseTaken || !isSession(fw)) return 15;
  const age = fw.tick - fw.leaseTick;
  return age < 15 ? age : 15;
}

function zoneReport(fw: Firmware, zone: number): TickZone {
  const { board } = fw;
  const index = fw.zoneEntry[zone]!;
  const entry = index === NO_ENTRY ? undefined : fw.entries[index];
  const skinC = fw.skinC[zone]!;
  return {
    zone,
    status: ZONE_STATUSES[fw.zoneStatus[zone]!] ?? 'idle',
    contact: board.contact[zone] === 1,
    lit: fw.setMwPerCm2[zone]! > 0,
    powerCentiMw: entry === undefined ? 0 : board.monitorMw[entry.emitter]! * 100,
    deliveredTenMicroJPerCm2: entry === undefined ? 0 : fw.deliveredMjPerCm2[index]! * 100,
    skinTemperatureCentiC: skinC > -20 ? skinC * 100 : undefined,
  };
}

function describeTick(fw: Firmware): Tick {
  const { board } = fw;
  const zones: TickZone[] = [];
  for (let zone = 0; zone < board.zoneCount; zone++) zones.push(zoneReport(fw, zone));
  return {
    tick: fw.tick,
    state: fw.state,
    stopLatched: fw.stopLatched,
    emission: board.masterClosed || isEmissionMeasured(fw),
    leaseLive: isLeaseLive(fw),
    charging: board.charging,
    buttonPressed: board.buttonPressed,
    eventPending: fw.events.length > 0,
    commandId: fw.commandId,
    epoch: fw.epoch,
    step: fw.step,
    leaseAgeTicks: leaseAgeTicks(fw),
    uptimeMs: Math.floor(fw.nowMs),
    batteryPercent: board.batteryPercent,
    hazards: fw.hazards | fw.pauseHazards | fw.flash.latched,
    zones,
  };
}

/** Stamps the next tick with the light as it is now, and sends it to whoever listens. */
export function sendTick(fw: Firmware): void {
  fw.board.sampleLight();
  nextTickNumber(fw);
  fw.tickTimes[fw.tick % TICK_MEMORY_COUNT] = fw.nowMs;
  let tick: Tick | undefined;
  for (const link of fw.links) {
    if (!link.subscriptions.has('tick') || isShutOut(fw, link)) continue;
    tick ??= describeTick(fw);
    sendFrame(fw, link, 'tick', FRAME.tickState, encodeTickState(tick, body));
    sendFrame(fw, link, 'tick', FRAME.tickDetail, encodeTickDetail(tick, body));
    for (const zone of tick.zones)
      sendFrame(fw, link, 'tick', FRAME.tickZone, encodeTickZone(tick.tick, zone, body));
  }
}

/** The regular tick when it is due, an extra one when something asked for it and the last one is long enough ago. */
export function sendDueTicks(fw: Firmware): void {
  if (fw.nowMs >= fw.nextTickAtMs) {
    fw.nextTickAtMs += TICK_PERIOD_MS;
    if (fw.nextTickAtMs <= fw.nowMs) fw.nextTickAtMs = fw.nowMs + TICK_PERIOD_MS;
    fw.extraTickWanted = false;
    sendTick(fw);
  } else sendWantedTick(fw);
}

export function sendWantedTick(fw: Firmware): void {
  if (!fw.extraTickWanted || fw.nowMs - fw.lastExtraTickAtMs < EXTRA_TICK_GAP_MS) return;
  fw.extraTickWanted = false;
  fw.lastExtraTickAtMs = fw.nowMs;
  sendTick(fw);
}

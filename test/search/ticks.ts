// What a belt may say of itself at any moment, whatever it said before: each state it can name, well behaved, and with
// what can be wrong about it.
import type { BeltReport, BeltZoneReport } from '../../src/belt/belt.ts';
import type { SessionContext } from '../../src/session/context.ts';
import { isOpen } from '../../src/session/dose.ts';
import { report, zoneReport } from '../session/support/scripted.ts';

export const BELT_STATES = [
  'standby',
  'prepared',
  'awaitingButton',
  'selfTest',
  'countdown',
  'armed',
  'paused',
  'ended',
  'lockout',
] as const satisfies readonly BeltReport['state'][];

/** One tick: how long after the newest event, and how it differs from a belt that is well. */
export interface Said {
  readonly label: string;
  readonly gapMs: number;
  readonly report: BeltReport;
}

const TICK_MS = 250;
const SET_MW = 50;

function wellZone(context: SessionContext, zone: number, step: number, isArmed: boolean): BeltZoneReport {
  const at = context.slots.findIndex((slot) => slot.zone === zone && slot.step === step);
  const dose = context.doses[at];
  const lit = isArmed && dose !== undefined && isOpen(dose);
  return zoneReport(zone, {
    status:
      dose === undefined ? 'idle' : lit ? 'emitting' : dose.status === 'emitting' ? 'waiting' : dose.status,
    lit,
    radiantPowerMw: lit ? SET_MW : 0,
    deliveredJPerCm2: dose?.reportedJPerCm2 ?? 0,
    // A live sensor is never still.
    skinTemperatureC: 33 + ((context.report?.tick ?? 0) % 2) * 0.1,
  });
}

const stepOf = (context: SessionContext): number => {
  const items = context.program?.items ?? [];
  for (let index = context.itemIndex; index < items.length; index++) {
    const item = items[index];
    if (item?.kind === 'treat') return item.step;
  }
  return context.report?.step ?? 0;
};

/** A belt in this state that is well; it has heard every lease. */
export function wellTick(context: SessionContext, state: BeltReport['state'], gapMs: number): BeltReport {
  const isArmed = state === 'armed';
  const step = isArmed || state === 'paused' ? stepOf(context) : (context.report?.step ?? 0);
  const zones = [0, 1].map((zone) => wellZone(context, zone, step, isArmed));
  return report((context.report?.tick ?? 0) + 1, {
    state,
    zones,
    step,
    emission: zones.some((zone) => zone.lit),
    stopLatched: state === 'ended',
    leaseLive: isArmed,
    leaseAgeTicks: isArmed ? 1 : 15,
    epoch: context.epoch,
    beltTimeMs: context.nowMs + gapMs,
  });
}

const onZones = (
  tick: BeltReport,
  change: (zone: BeltZoneReport) => Partial<BeltZoneReport> | undefined,
): BeltReport => ({ ...tick, zones: tick.zones.map((zone) => ({ ...zone, ...change(zone) })) });

const onFirst = (tick: BeltReport, change: Partial<BeltZoneReport>): BeltReport =>
  onZones(tick, ({ zone }) => (zone === 0 ? change : undefined));

type Deviation = (tick: BeltReport, context: SessionContext) => BeltReport | undefined;

const whenArmed =
  (deviate: Deviation): Deviation =>
  (tick, context) =>
    tick.state === 'armed' ? deviate(tick, context) : undefined;

const dosed = (ratio: number, status: BeltZoneReport['status']): Deviation =>
  whenArmed((tick, context) =>
    onZones(tick, (zone) => {
      const slot = context.slots.find((found) => found.zone === zone.zone && found.step === tick.step);
      if (slot === undefined) return undefined;
      const deliveredJPerCm2 = Math.max(zone.deliveredJPerCm2, slot.prescribedJPerCm2 * ratio);
      const lit = status === 'emitting';
      return { status, deliveredJPerCm2, lit, radiantPowerMw: lit ? SET_MW : 0 };
    }),
  );

/** Everything that can be wrong with one tick. Undefined where it would say nothing else. */
export const DEVIATIONS = {
  noContact: (tick) => onFirst(tick, { contact: false }),
  hot: (tick) => onFirst(tick, { skinTemperatureC: 43.5 }),
  noReading: (tick) => onFirst(tick, { skinTemperatureC: NaN }),
  cold: (tick) => onFirst(tick, { skinTemperatureC: 20 }),
  strayLight: (tick) => onFirst({ ...tick, emission: true }, { radiantPowerMw: 40 }),
  otherStray: (tick) => ({ ...tick, emission: true, hazards: tick.hazards | (1 << 9) }),
  saysEmission: (tick) => ({ ...tick, emission: !tick.emission }),
  latched: (tick) => ({ ...tick, stopLatched: !tick.stopLatched }),
  oldEpoch: (tick) => ({ ...tick, epoch: tick.epoch === 1 ? 255 : tick.epoch - 1 }),
  nextEpoch: (tick) => ({ ...tick, epoch: tick.epoch === 255 ? 1 : tick.epoch + 1 }),
  otherStep: (tick) => ({ ...tick, step: tick.step === 0 ? 1 : 0 }),
  saysHot: (tick) => ({ ...tick, hazards: tick.hazards | 1 }),
  saysPause: (tick) => ({ ...tick, hazards: tick.hazards | (1 << 4) }),
  saysDead: (tick) => onFirst({ ...tick, hazards: tick.hazards | (1 << 8) }, { status: 'cutOff' }),
  lowBattery: (tick) => ({ ...tick, batteryPercent: 12 }),
  emptyBattery: (tick) => ({ ...tick, batteryPercent: 5 }),
  charging: (tick) => ({ ...tick, charging: true }),
  pressed: (tick) => ({ ...tick, buttonPressed: true }),
  old: (tick) => ({ ...tick, tick: tick.tick - 1 }),
  forgotten: (tick) => onZones({ ...tick, beltTimeMs: 100 }, () => ({ status: 'idle', deliveredJPerCm2: 0 })),
  lateStamp: (tick) => ({ ...tick, beltTimeMs: tick.beltTimeMs - 900 }),
  fastClock: (tick) => ({ ...tick, beltTimeMs: tick.beltTimeMs + 5000 }),
  notLit: whenArmed((tick) =>
    onZones({ ...tick, emission: false }, ({ status }) => ({
      lit: false,
      radiantPowerMw: 0,
      status: status === 'emitting' ? 'waiting' : status,
    })),
  ),
  strong: whenArmed((tick) => onFirst(tick, { radiantPowerMw: 62 })),
  tooStrong: whenArmed((tick) => onFirst(tick, { radiantPowerMw: 80 })),
  farTooStrong: whenArmed((tick) => onFirst(tick, { radiantPowerMw: 130 })),
  dead: whenArmed((tick) => onFirst(tick, { radiantPowerMw: 0 })),
  nearCeiling: dosed(0.28, 'emitting'),
  nearEnd: dosed(0.97, 'emitting'),
  reached: dosed(1, 'emitting'),
  done: dosed(1, 'done'),
  doneShort: dosed(0.3, 'done'),
  endedShort: dosed(0.6, 'endedShort'),
  overrun: dosed(1.2, 'emitting'),
} satisfies Readonly<Record<string, Deviation>>;
export type DeviationName = keyof typeof DEVIATIONS;

const deviate = (name: DeviationName, tick: BeltReport, context: SessionContext): BeltReport | undefined =>
  (DEVIATIONS[name] as Deviation)(tick, context);

export interface TickAlphabet {
  readonly states: readonly BeltReport['state'][];
  readonly single: readonly DeviationName[];
  /** Two at once, in order. */
  readonly pairs: readonly (readonly [DeviationName, DeviationName])[];
}

/** Every tick of the alphabet at this moment. */
export function* ticksAt(context: SessionContext, alphabet: TickAlphabet): Generator<Said> {
  for (const state of alphabet.states) {
    const well = wellTick(context, state, TICK_MS);
    yield { label: state, gapMs: TICK_MS, report: well };
    for (const name of alphabet.single) {
      const said = deviate(name, well, context);
      if (said !== undefined) yield { label: `${state} ${name}`, gapMs: TICK_MS, report: said };
    }
    for (const [first, second] of alphabet.pairs) {
      const once = deviate(first, well, context);
      const twice = once === undefined ? undefined : deviate(second, once, context);
      if (twice !== undefined) yield { label: `${state} ${first}+${second}`, gapMs: TICK_MS, report: twice };
    }
  }
}

// From a seed to a scenario. Swarm: whole kinds of trouble are off in a run, so that others get further. Each part draws
// from a stream of its own.
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import { zoneOf, type Part } from '../session/support/rig.ts';
import { FAULT_KINDS, FURTHER_FAULTS, type FaultGroup } from './draw-faults.ts';
import type { Act, Air, Deed, Disk, Moment, Person, Scenario } from './scenario.ts';

export const chance = (random: Random, share: number): boolean => random.next() < share;
export const between = (random: Random, low: number, high: number): number =>
  low + random.next() * (high - low);
export const whole = (random: Random, low: number, high: number): number =>
  Math.round(between(random, low, high));
export const oneOf = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;

type Kind = FaultGroup | 'person' | 'process' | 'slowDisk' | 'disk' | 'air' | 'clocks';
const KINDS: readonly Kind[] = [
  'link',
  'skin',
  'light',
  'firmware',
  'person',
  'process',
  'slowDisk',
  'disk',
  'air',
  'clocks',
];
/** Each kind is on in this share of the runs; one run in twenty has no trouble at all. */
const KIND_SHARE = 0.35;
const QUIET_SHARE = 0.05;

function drawKinds(random: Random): ReadonlySet<Kind> {
  if (chance(random, QUIET_SHARE)) return new Set();
  return new Set(KINDS.filter(() => chance(random, KIND_SHARE)));
}

function drawZones(random: Random): Part {
  const zones = [0, 1, 2, 3].filter(() => chance(random, 0.6));
  if (zones.length === 0) zones.push(random.below(4));
  const pulses = chance(random, 0.15)
    ? { pulseFrequencyHz: oneOf(random, [10, 100, 730]), dutyCycle: 0.5 }
    : {};
  // Mostly short: what goes wrong goes wrong at edges. Some are long, so that what creeps is seen.
  const seconds = chance(random, 0.1) ? between(random, 30, 90) : between(random, 2, 12);
  return zones.map((zone) => {
    const irradianceMwPerCm2 = whole(random, 20, 'pulseFrequencyHz' in pulses ? 45 : 80);
    const radiantExposureJPerCm2 =
      Math.max(5, Math.round(irradianceMwPerCm2 * seconds * between(random, 0.08, 0.12))) / 100;
    return zoneOf(zone, {
      ...pulses,
      irradianceMwPerCm2,
      radiantExposureJPerCm2,
      rampUpS: oneOf(random, [0, 0.5, 1, 3]),
      rampDownS: oneOf(random, [0, 0.5, 1]),
    });
  });
}

/** The wire takes no more. */
const ENTRY_MAX_COUNT = 18;
const entryCount = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + ('restMs' in part ? 0 : part.length), 0);

function drawParts(random: Random): readonly Part[] {
  const parts: Part[] = [drawZones(random)];
  while (chance(random, 0.35) && parts.length < 6) {
    if (chance(random, 0.5)) parts.push({ restMs: whole(random, 200, 5000) });
    parts.push(drawZones(random));
  }
  while (entryCount(parts) > ENTRY_MAX_COUNT) parts.pop();
  return parts;
}

function drawPerson(random: Random, isUsual: boolean): Person {
  return {
    armAfterMs: isUsual ? 20 : oneOf(random, [0, 20, 20, 500, 500, 3000, 12_000, Infinity]),
    resumeAfterMs: oneOf(random, [200, 900, 2500, 2500, 7000, Infinity]),
    consent: !isUsual && chance(random, 0.15) ? 'beltButton' : 'atController',
    atTheEnd: chance(random, 0.03) ? 'wait' : oneOf(random, ['stop', 'resume', 'resume'] as const),
    restartAfterMs: chance(random, 0.3) ? whole(random, 50, 4000) : Infinity,
  };
}

const drawAir = (random: Random, isOn: boolean): Air =>
  isOn
    ? {
        delayMs: oneOf(random, [1, 8, 30, 60]),
        jitterMs: oneOf(random, [0, 10, 40, 120]),
        reorderRate: oneOf(random, [0, 0, 0.02, 0.2]),
      }
    : { delayMs: 0, jitterMs: 0, reorderRate: 0 };

const drawDisk = (random: Random, isSlow: boolean): Disk =>
  isSlow
    ? { latencyMs: oneOf(random, [0, 20, 120, 400, 900]), jitterMs: oneOf(random, [0, 50, 600]) }
    : { latencyMs: 2, jitterMs: 0 };

/** Most moments lie in the light; some before it, some where it begins. */
function drawMoment(random: Random): Moment {
  if (chance(random, 0.25)) return { from: 'start', ms: whole(random, 0, 5000) };
  if (chance(random, 0.2)) return { from: 'light', ms: whole(random, 0, 400) };
  return { from: 'light', ms: whole(random, 0, 16_000) };
}

const PERSON_ACTS: readonly ((random: Random) => readonly Act[])[] = [
  () => [{ kind: 'stop' }],
  () => [{ kind: 'stop' }],
  () => [{ kind: 'abandon' }],
  () => [{ kind: 'pause' }],
  () => [{ kind: 'pause' }, { kind: 'resume' }],
  () => [{ kind: 'pause' }, { kind: 'resume' }, { kind: 'pause' }],
  () => [{ kind: 'pause' }, { kind: 'resume' }, { kind: 'stop' }],
  () => [{ kind: 'resume' }],
  () => [{ kind: 'strangerStop' }],
];
const PROCESS_ACTS: readonly ((random: Random) => Act)[] = [
  (r) => ({ kind: 'kill', linkMs: oneOf(r, [0, 0, 30, 700, 4000]), isWriteKept: chance(r, 0.5) }),
  (r) => ({ kind: 'freeze', forMs: oneOf(r, [40, 300, 700, 990, 1100, 2500, 9000, 20_000]) }),
  (r) => ({ kind: 'freeze', forMs: whole(r, 20, 1500) }),
  (r) => ({ kind: 'suspend', forMs: whole(r, 50, 30_000) }),
];
const DISK_ACTS: readonly ((random: Random) => Act)[] = [
  () => ({ kind: 'diskFull' }),
  (r) => ({ kind: 'diskHang', forMs: whole(r, 200, 14_000) }),
];

function drawDeeds(random: Random, kinds: ReadonlySet<Kind>): readonly Deed[] {
  const deeds: Deed[] = [];
  const add = (at: Moment, act: Act): void => void deeds.push({ at, act });
  if (kinds.has('link') && chance(random, 0.25))
    add(drawMoment(random), { kind: 'cutCommand', effect: oneOf(random, ['before', 'after'] as const) });
  if (kinds.has('firmware') && chance(random, 0.25))
    add(drawMoment(random), {
      kind: 'slowFirmware',
      forMs: whole(random, 200, 9000),
      byMs: whole(random, 20, 900),
    });
  for (const group of ['link', 'skin', 'light', 'firmware'] as const) {
    if (!kinds.has(group)) continue;
    // One fault of the hardware at a time; the air and the skin do what they like.
    const count = group === 'link' || group === 'skin' ? 1 + random.below(3) : 1;
    for (let index = 0; index < count; index++)
      add(drawMoment(random), { kind: 'fault', spec: oneOf(random, FAULT_KINDS[group])(random) });
  }
  if (kinds.has('person'))
    for (let count = 1 + random.below(2); count > 0; count--) {
      let at = drawMoment(random);
      for (const act of oneOf(random, PERSON_ACTS)(random)) {
        add(at, act);
        at = { ...at, ms: at.ms + whole(random, 0, 2500) };
      }
    }
  if (kinds.has('process'))
    for (let count = 1 + random.below(2); count > 0; count--)
      add(drawMoment(random), oneOf(random, PROCESS_ACTS)(random));
  if (kinds.has('disk')) add(drawMoment(random), oneOf(random, DISK_ACTS)(random));
  if (kinds.has('clocks') && chance(random, 0.5))
    add(drawMoment(random), {
      kind: 'wallJump',
      byMs: oneOf(random, [-86_400_000, -3_600_000, 3_600_000, 40_000_000]),
    });
  return deeds;
}

/** In some runs something on top: what frames of one characteristic alone suffer, a hand on the button, a stuck sensor. */
const FURTHER_SHARE = 0.12;
const drawFurther = (random: Random): readonly Deed[] =>
  chance(random, FURTHER_SHARE)
    ? [{ at: drawMoment(random), act: { kind: 'fault', spec: oneOf(random, FURTHER_FAULTS)(random) } }]
    : [];

export function drawScenario(seed: number): Scenario {
  const stream = (name: string): Random => createRandom(seed, name);
  const kinds = drawKinds(stream('kinds'));
  const clocks = stream('clocks');
  return {
    seed,
    parts: drawParts(stream('plan')),
    isSealed: chance(stream('sealed'), 0.4),
    air: drawAir(stream('air'), kinds.has('air')),
    person: drawPerson(stream('person'), !kinds.has('person')),
    disk: drawDisk(stream('disk'), kinds.has('slowDisk')),
    clockRate: kinds.has('clocks') ? between(clocks, 0.99, 1.01) : 1 + clocks.spread() * 5e-5,
    deeds: [...drawDeeds(stream('deeds'), kinds), ...drawFurther(stream('further'))],
    hasNextDay: true,
  };
}

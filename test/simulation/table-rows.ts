// The rows of hazard → dark: how each hazard comes about in a run, at which moment, and within what it must be dark.
import type { Random } from '../../firmware-sim/random.ts';
import { zoneOf, type Part } from '../session/support/rig.ts';
import { oneOf, whole } from './draw.ts';
import { HAZARD_BOUND_MS, type HazardName } from './oracle/hazards.ts';
import { LEASE_MS } from './oracle/light.ts';
import { SLOW_BOUND_MS, type SlowHazard } from './oracle/slow-hazards.ts';
import type { Act, Deed, Given, Person } from './scenario.ts';

export interface RowDraw {
  readonly deeds: readonly Deed[];
  /** When the hazard is due, and so when the controller is to be gone. */
  readonly dueAt: Deed['at'];
  /** The controller goes in a window around it: by default from 500 ms before to 60 ms after. */
  readonly spreadMs?: readonly [number, number];
}

export interface RowDefinition {
  readonly name: string;
  /** Of design/session.md; the same hazard may have several rows. */
  readonly hazard: string;
  readonly boundMs: number;
  /** Judged by the physics alone, by the slower judge, or by how long a controller that is gone is outlived. */
  readonly judge:
    | { readonly by: 'physics'; readonly name: HazardName }
    | { readonly by: 'slow'; readonly name: SlowHazard }
    | { readonly by: 'gone' };
  /** What tells that it came about while there was light; undefined: there must be none. */
  readonly label: string | undefined;
  /** Light of the plan; longer for what takes its time under a controller that goes on. */
  readonly seconds: number;
  readonly secondsAlive?: number;
  /** Only the controller looks for it: one that goes afterwards begins a second of its own, so it goes before. */
  readonly isControllers?: boolean;
  readonly given?: Given;
  readonly person?: Partial<Person>;
  readonly parts?: readonly Part[];
  readonly draw: (random: Random, isAlive: boolean) => RowDraw;
}

const zone = (r: Random): string => `zone=L${1 + r.below(2)}`;
const sensor = (r: Random): string => `sensor=${oneOf(r, ['a', 'b', 'both'])}`;
const light = (ms: number): Deed['at'] => ({ from: 'light', ms });
const deed = (at: Deed['at'], act: Act): Deed => ({ at, act });
const fault = (at: Deed['at'], spec: string): Deed => deed(at, { kind: 'fault', spec });

/** A fault in the first seconds of light, dangerous from its first moment. */
const atOnce = (name: HazardName, hazard: string, spec: (r: Random) => string): RowDefinition => ({
  name,
  hazard,
  boundMs: HAZARD_BOUND_MS[name],
  judge: { by: 'physics', name },
  label: `${/^[a-z-]+/.exec(spec({ next: () => 0, below: () => 0, spread: () => 0 }))?.[0] ?? ''} while lit`,
  seconds: 6,
  draw(r) {
    const at = light(whole(r, 100, 3500));
    return { deeds: [fault(at, spec(r))], dueAt: at };
  },
});
const slow = (
  name: Exclude<SlowHazard, 'refused'>,
  hazard: string,
  label: string,
  rest: Pick<RowDefinition, 'draw'> & Partial<RowDefinition>,
): RowDefinition => ({
  name,
  hazard,
  boundMs: SLOW_BOUND_MS[name],
  judge: { by: 'slow', name },
  label,
  seconds: 6,
  ...rest,
});
/** Before any light: there must be none. */
const refused = (
  name: string,
  hazard: string,
  rest: Partial<RowDefinition> & { readonly deeds?: (r: Random) => readonly Deed[] },
): RowDefinition => {
  const { deeds = () => [], ...more } = rest;
  return {
    name,
    hazard,
    boundMs: SLOW_BOUND_MS.refused,
    judge: { by: 'slow', name: 'refused' },
    label: undefined,
    seconds: 2,
    draw: (r) => ({ deeds: deeds(r), dueAt: { from: 'start', ms: whole(r, 0, 4500) } }),
    ...more,
  };
};
/** 650 nm at 10 Hz. */
const VISIBLE_PULSES: Part = [
  zoneOf(0, {
    wavelengthNm: 650,
    irradianceMwPerCm2: 4,
    radiantExposureJPerCm2: 0.01,
    pulseFrequencyHz: 10,
    dutyCycle: 0.5,
  }),
];
const START: Deed['at'] = { from: 'start', ms: 0 };
const REFUSED_NOW = deed(START, { kind: 'mustStayDark' });
/** A first session of some seconds; the next one is what the row is about. */
const SECOND_MS = 6000;
const again = (name: string, hazard: string, between: (r: Random) => readonly Act[]): RowDefinition =>
  refused(name, hazard, {
    person: { restartAfterMs: SECOND_MS },
    given: { restartsAnyway: true },
    draw: (r) => ({
      // The last of them keeps the run going until the second session has had its time.
      deeds: [...between(r), { kind: 'mustStayDark' } as const]
        .map((act, index) => deed(light(4500 + index * 10), act))
        .concat(deed(light(16_000), { kind: 'mustStayDark' })),
      dueAt: light(whole(r, 8000, 14_000)),
    }),
  });

/** 3.6 °C a minute, a step each second. */
function warming(r: Random): readonly Deed[] {
  const where = zone(r);
  return Array.from({ length: 42 }, (_, second) =>
    fault(
      light(500 + second * 1000),
      `over-temperature:${where},celsius=${(34 + second * 0.06).toFixed(2)},for=990ms`,
    ),
  );
}

export const ROW_DEFINITIONS: readonly RowDefinition[] = [
  atOnce(
    'skin too hot',
    'H01',
    (r) => `over-temperature:${zone(r)},celsius=${43.3 + r.below(60) / 10},for=2000ms`,
  ),
  slow('thermal dose', 'H02', 'over-temperature while lit', {
    seconds: 170,
    // So sudden a rise pauses it once (H03); who waits until the skin no longer rises may go on.
    person: { resumeAfterMs: 31_500 },
    draw(r) {
      const celsius = 42.75 + r.below(16) / 100;
      const dueMs = 120_000 / 0.25 ** (43 - celsius);
      return {
        deeds: [fault(light(100), `over-temperature:${zone(r)},celsius=${celsius.toFixed(2)},for=260000ms`)],
        dueAt: light(Math.round(dueMs)),
        spreadMs: [-25_000, 20_000],
      };
    },
  }),
  slow('fast rise', 'H03', 'over-temperature while lit', {
    seconds: 44,
    isControllers: true,
    draw: (r) => ({ deeds: warming(r), dueAt: light(31_000), spreadMs: [-3000, 0] }),
  }),
  atOnce('sensor open', 'H04', (r) => `temperature-sensor-open:${zone(r)},${sensor(r)},for=2000ms`),
  {
    ...atOnce('sensor stuck', 'H04', (r) => `temperature-sensor-stuck:${zone(r)},${sensor(r)},for=2000ms`),
    secondsAlive: 70,
    // Only under a controller that goes on is there light for so long.
    draw(r, isAlive) {
      const at = light(isAlive ? whole(r, 100, 500) : whole(r, 100, 3500));
      const forMs = isAlive ? 64_000 : 2000;
      return {
        deeds: [fault(at, `temperature-sensor-stuck:${zone(r)},${sensor(r)},for=${forMs}ms`)],
        dueAt: at,
      };
    },
  },
  atOnce('contact lost', 'H05', (r) => `contact-lost:${zone(r)},for=2000ms`),
  slow('past its dose', 'H06', 'emitter-gain while lit', {
    seconds: 4,
    draw: (r) => ({
      deeds: [
        fault(
          light(whole(r, 0, 900)),
          `emitter-gain:factor=${(1.03 + r.next() * 0.14).toFixed(3)},for=6000ms`,
        ),
      ],
      dueAt: light(whole(r, 3000, 4500)),
    }),
  }),
  atOnce(
    'above the cap',
    'H07',
    (r) => `emitter-gain:${zone(r)},factor=${(3.2 + r.next() * 3).toFixed(2)},for=2000ms`,
  ),
  atOnce('over 150 % of set', 'H08', (r) => `feedback-open:${zone(r)},for=2000ms`),
  atOnce(
    'over 120 % of set',
    'H08',
    (r) => `emitter-gain:${zone(r)},factor=${(1.3 + r.next() * 0.15).toFixed(2)},for=2000ms`,
  ),
  slow('emitter dark', 'H09', 'emitter-dead while lit', {
    draw(r) {
      const at = light(whole(r, 100, 3500));
      return { deeds: [fault(at, `emitter-dead:${zone(r)},as=dark,for=2000ms`)], dueAt: at };
    },
  }),
  atOnce('light while off', 'H10', (r) => `emitter-stuck-on:${zone(r)},wavelength=650,for=2000ms`),
  slow('clocks apart', 'H11', 'clock-drift while lit', {
    seconds: 12,
    isControllers: true,
    draw(r) {
      const percent = (10 + r.next() * 5) * oneOf(r, [-1, 1]);
      return {
        deeds: [fault(light(whole(r, 0, 300)), `clock-drift:percent=${percent.toFixed(1)},for=12000ms`)],
        dueAt: light(whole(r, 3000, 4500)),
        spreadMs: [-1500, 0],
      };
    },
  }),
  slow('over its time', 'H12', 'emitter-gain while lit', {
    seconds: 6,
    draw: (r) => ({
      deeds: [fault(light(0), `emitter-gain:factor=${(0.82 + r.next() * 0.08).toFixed(3)},for=9000ms`)],
      dueAt: light(whole(r, 6300, 7100)),
    }),
  }),
  {
    name: 'controller gone',
    hazard: 'H13',
    boundMs: LEASE_MS,
    judge: { by: 'gone' },
    label: '',
    seconds: 6,
    draw: (r) => ({ deeds: [], dueAt: light(whole(r, 100, 3500)), spreadMs: [0, 0] }),
  },
  atOnce('firmware hangs', 'H13', () => 'firmware-hang'),
  slow('status stale', 'H14', 'frame-loss while lit', {
    draw(r) {
      const at = light(whole(r, 100, 3500));
      return {
        deeds: [fault(at, 'frame-loss:rate=1,characteristic=tick,direction=to-central,for=3000ms')],
        dueAt: at,
      };
    },
  }),
  slow('damaged frames', 'H15', 'forge while lit', {
    draw(r) {
      const at = light(whole(r, 100, 3500));
      return { deeds: [deed(at, { kind: 'forge', count: 3 })], dueAt: at, spreadMs: [0, 60] };
    },
  }),
  refused('another program', 'H16', { given: { lie: 'program' }, deeds: () => [REFUSED_NOW] }),
  refused('another belt', 'H16', { given: { lie: 'belt' }, deeds: () => [REFUSED_NOW] }),
  refused('self-test fails', 'H17', {
    deeds: (r) => [REFUSED_NOW, fault(START, `emitter-dead:${zone(r)},as=open,for=20000ms`)],
  }),
  atOnce('charging', 'H18', () => 'charging:for=2000ms'),
  atOnce('battery empty', 'H18', (r) => `battery-low:percent=${2 + r.below(7)},for=2000ms`),
  again('too soon', 'H19', () => []),
  slow('book gone', 'H20', 'diskFull while lit', {
    isControllers: true,
    draw(r) {
      const at = light(whole(r, 100, 3500));
      return { deeds: [deed(at, { kind: 'diskFull' })], dueAt: at, spreadMs: [-500, 0] };
    },
  }),
  again('records lost', 'H21', () => [
    { kind: 'fault', spec: 'record-lost:counters=reset' },
    { kind: 'pass', ms: 25 * 3_600_000 },
  ]),
  again('calendar set back', 'H21', (r) => [{ kind: 'wallJump', byMs: -whole(r, 1, 40) * 3_600_000 }]),
  refused('visible pulsing', 'H22', { deeds: () => [REFUSED_NOW], parts: [VISIBLE_PULSES] }),
  slow('nobody there', 'H23', '', {
    seconds: 668,
    isControllers: true,
    given: { isPresenceAssumed: false },
    draw: () => ({ deeds: [], dueAt: light(657_000), spreadMs: [-1500, 0] }),
  }),
  refused('not screened', 'H24', { given: { lie: 'real', isScreened: false }, deeds: () => [REFUSED_NOW] }),
];

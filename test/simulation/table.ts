// Hazard → dark: each hazard, met by each way in which the controller may be there or gone, at random moments of the light.
// A cell holds the longest time that the physics of the hazard and light went on together.
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import { zoneOf } from '../session/support/rig.ts';
import { oneOf, whole } from './draw.ts';
import { HAZARD_BOUND_MS, HAZARD_NAMES, type HazardName } from './oracle/hazards.ts';
import { LEASE_MS, STEP_MS } from './oracle/light.ts';
import { runScenario, type Run } from './run.ts';
import { faultNameOf, type Act, type Deed, type Scenario } from './scenario.ts';

export const GONE_WAYS = ['alive', 'killed', 'frozen', 'asleep', 'link lost', 'deaf', 'unheard'] as const;
export type GoneWay = (typeof GONE_WAYS)[number];
/** The last row: nothing is wrong but the controller. */
export const ROWS = [...HAZARD_NAMES, 'controller gone'] as const;
export type Row = (typeof ROWS)[number];

export interface Cell {
  readonly row: Row;
  readonly way: GoneWay;
}
export const CELLS: readonly Cell[] = ROWS.flatMap((row) =>
  GONE_WAYS.filter((way) => row !== 'controller gone' || way !== 'alive').map((way) => ({ row, way })),
);
export const INJECTIONS_PER_CELL = 250;

export const boundOf = (row: Row): number =>
  (row === 'controller gone' ? LEASE_MS : HAZARD_BOUND_MS[row]) + STEP_MS;

export interface CellResult {
  readonly cell: Cell;
  readonly count: number;
  readonly worstMs: number;
  readonly problems: readonly string[];
}

const zoneName = (random: Random): string => `zone=L${1 + random.below(2)}`;
/** Only under a controller that goes on is there light for so long. */
const STUCK = '2000ms';
const STUCK_ALIVE = '64000ms';
const FAULT_OF: Readonly<Record<HazardName, (random: Random) => string>> = {
  'contact lost': (r) => `contact-lost:${zoneName(r)},for=2000ms`,
  'skin too hot': (r) => `over-temperature:${zoneName(r)},celsius=${43.3 + r.below(60) / 10},for=2000ms`,
  'sensor open': (r) =>
    `temperature-sensor-open:${zoneName(r)},sensor=${oneOf(r, ['a', 'b', 'both'])},for=2000ms`,
  'sensor stuck': (r) =>
    `temperature-sensor-stuck:${zoneName(r)},sensor=${oneOf(r, ['a', 'b', 'both'])},for=${STUCK}`,
  'light while off': (r) => `emitter-stuck-on:${zoneName(r)},wavelength=650,for=2000ms`,
  'over 150 % of set': (r) => `feedback-open:${zoneName(r)},for=2000ms`,
  'over 120 % of set': (r) =>
    `emitter-gain:${zoneName(r)},factor=${(1.3 + r.next() * 0.15).toFixed(2)},for=2000ms`,
  'above the cap': (r) => `emitter-gain:${zoneName(r)},factor=${(3.2 + r.next() * 3).toFixed(2)},for=2000ms`,
  charging: () => 'charging:for=2000ms',
  'battery empty': (r) => `battery-low:percent=${2 + r.below(7)},for=2000ms`,
  'firmware hangs': () => 'firmware-hang',
};

function goneAct(random: Random, way: GoneWay): Act | undefined {
  switch (way) {
    case 'alive':
      return undefined;
    case 'killed':
      return { kind: 'kill', linkMs: oneOf(random, [0, 100, 2000, 6000]), isWriteKept: random.next() < 0.5 };
    case 'frozen':
      return { kind: 'freeze', forMs: 2500 };
    case 'asleep':
      return { kind: 'suspend', forMs: 2500 };
    case 'link lost':
      return { kind: 'fault', spec: 'link-drop:for=2000ms' };
    case 'deaf':
      return { kind: 'fault', spec: 'link-stall:for=2000ms,direction=to-central' };
    case 'unheard':
      return { kind: 'fault', spec: 'link-stall:for=2000ms,direction=to-belt' };
  }
}

/** When the fault comes; a controller that is gone for longer than a lease leaves no light for it to meet. */
function drawDeeds(random: Random, { row, way }: Cell): readonly Deed[] {
  const isSlow = row === 'sensor stuck' && way === 'alive';
  const faultMs = isSlow ? whole(random, 100, 500) : whole(random, 100, 3500);
  const deeds: Deed[] = [];
  if (row !== 'controller gone')
    deeds.push({
      at: { from: 'light', ms: faultMs },
      act: {
        kind: 'fault',
        spec: isSlow ? FAULT_OF[row](random).replace(STUCK, STUCK_ALIVE) : FAULT_OF[row](random),
      },
    });
  const gone = goneAct(random, way);
  // With the link the light goes at once: it may only follow the fault.
  const earliestMs = way === 'link lost' ? 0 : -500;
  const goneMs = row === 'controller gone' ? faultMs : Math.max(0, faultMs + whole(random, earliestMs, 60));
  if (gone !== undefined) deeds.push({ at: { from: 'light', ms: goneMs }, act: gone });
  return deeds;
}

export function tableScenario(cell: Cell, seed: number): Scenario {
  const random = createRandom(seed, `${cell.row} ${cell.way}`);
  const seconds = cell.row === 'sensor stuck' && cell.way === 'alive' ? 70 : 6;
  const irradianceMwPerCm2 = whole(random, 30, 50);
  const zone = (number: number) =>
    zoneOf(number, {
      irradianceMwPerCm2,
      radiantExposureJPerCm2: Math.round(irradianceMwPerCm2 * seconds) / 1000,
      rampUpS: oneOf(random, [0, 0, 1]),
      rampDownS: 0.5,
    });
  return {
    seed,
    parts: [[zone(0), zone(1)]],
    isSealed: random.next() < 0.25,
    air: { delayMs: 0, jitterMs: 0, reorderRate: 0 },
    person: {
      armAfterMs: 20,
      resumeAfterMs: Infinity,
      consent: 'atController',
      atTheEnd: 'stop',
      restartAfterMs: Infinity,
    },
    disk: { latencyMs: 2, jitterMs: 0 },
    clockRate: 1,
    deeds: drawDeeds(random, cell),
    hasNextDay: false,
  };
}

/** The fault came while there was light; that it went before anybody looked is the best of cases. */
function isMet({ row, way }: Cell, run: Run): boolean {
  if (row !== 'controller gone') {
    const spec = FAULT_OF[row](createRandom(1, 'name'));
    return run.seen.has(`${faultNameOf(spec)} while lit`);
  }
  const act = goneAct(createRandom(1, 'name'), way);
  const name = act?.kind === 'fault' ? faultNameOf(act.spec) : (act?.kind ?? '');
  return run.seen.has(`${name} while lit`);
}

/** More tries than this without enough hazards that met light, and the cell is broken. */
const TRY_MAX_RATIO = 4;

export function fillCell(cell: Cell, firstSeed: number, injections: number): CellResult {
  let count = 0;
  let worstMs = -1;
  const problems: string[] = [];
  for (let index = 0; index < injections * TRY_MAX_RATIO && count < injections; index++) {
    const run = runScenario(tableScenario(cell, firstSeed + index));
    for (const { words } of run.violations) problems.push(`seed ${firstSeed + index}: ${words}`);
    const lastedMs = cell.row === 'controller gone' ? run.goneMs : run.hazards.worstMs[cell.row];
    if (!isMet(cell, run)) continue;
    count += 1;
    // Gone before the next step looked: less than that step.
    worstMs = Math.max(worstMs, lastedMs, 0);
  }
  if (count < injections) problems.push(`only ${count} hazards met light`);
  if (!(worstMs <= boundOf(cell.row))) problems.push(`${worstMs} ms, bound ${boundOf(cell.row)} ms`);
  return { cell, count, worstMs, problems };
}

export function describeTable(results: readonly CellResult[]): readonly string[] {
  const find = (row: Row, way: GoneWay): string => {
    const found = results.find(({ cell }) => cell.row === row && cell.way === way);
    return found === undefined ? '—' : found.worstMs.toFixed(0);
  };
  const columns = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(10)).join('');
  const total = results.reduce((sum, { count }) => sum + count, 0);
  return [
    `hazard → dark, worst in ms of ${total} injections, at least ${Math.min(...results.map(({ count }) => count))} in each cell`,
    `${'controller'.padEnd(20)}${columns([...GONE_WAYS, 'bound'])}`,
    ...ROWS.map(
      (row) =>
        `${row.padEnd(20)}${columns([...GONE_WAYS.map((way) => find(row, way)), String(boundOf(row))])}`,
    ),
    ...results.flatMap(({ cell, problems }) =>
      problems.slice(0, 5).map((words) => `FAILED ${cell.row}, ${cell.way}: ${words}`),
    ),
  ];
}

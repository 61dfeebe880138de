// Hazard → dark: each hazard, met by each way in which the controller may be there or gone, at random moments of the light.
// A cell holds the longest time that the physics of the hazard and light went on together.
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import { zoneOf } from '../session/support/rig.ts';
import { oneOf, whole } from './draw.ts';
import { STEP_MS } from './oracle/light.ts';
import { runScenario, type Run } from './run.ts';
import { faultNameOf, type Act, type Deed, type Given, type Scenario } from './scenario.ts';
import { ROW_DEFINITIONS, type RowDefinition } from './table-rows.ts';

export const GONE_WAYS = [
  'alive',
  'killed',
  'frozen',
  'blocked',
  'asleep',
  'link lost',
  'deaf',
  'unheard',
] as const;
export type GoneWay = (typeof GONE_WAYS)[number];

export interface Cell {
  readonly row: string;
  readonly way: GoneWay;
}
export const CELLS: readonly Cell[] = ROW_DEFINITIONS.flatMap(({ name, judge }) =>
  GONE_WAYS.filter((way) => judge.by !== 'gone' || way !== 'alive').map((way) => ({ row: name, way })),
);
export const INJECTIONS_PER_CELL = 200;

const definitionOf = (name: string): RowDefinition => {
  const found = ROW_DEFINITIONS.find((row) => row.name === name);
  if (found === undefined) throw new RangeError(`no row ${name}`);
  return found;
};

/** With the step in which it is noticed; where there must be no light, there is none. */
export const boundOf = ({ boundMs }: RowDefinition): number => (boundMs === 0 ? 0 : boundMs + STEP_MS);

export interface CellResult {
  readonly cell: Cell;
  readonly hazard: string;
  readonly boundMs: number;
  readonly count: number;
  readonly worstMs: number;
  readonly problems: readonly string[];
}

const GONE_MS = 2500;

/** An event loop that other work blocks again and again, and that hardly gets to run between. */
function blocks(random: Random): readonly (readonly [number, Act])[] {
  const acts: [number, Act][] = [];
  for (let ms = 0; ms < GONE_MS;) {
    const forMs = whole(random, 200, 900);
    acts.push([ms, { kind: 'freeze', forMs }]);
    ms += forMs + whole(random, 10, 60);
  }
  return acts;
}

/** What happens to the controller, with its delay. */
function goneActs(random: Random, way: GoneWay): readonly (readonly [number, Act])[] {
  switch (way) {
    case 'alive':
      return [];
    case 'killed': {
      const linkMs = oneOf(random, [0, 100, 2000, 6000]);
      return [[0, { kind: 'kill', linkMs, isWriteKept: random.next() < 0.5 }]];
    }
    case 'frozen':
      return [[0, { kind: 'freeze', forMs: GONE_MS }]];
    case 'blocked':
      return blocks(random);
    case 'asleep':
      return [[0, { kind: 'suspend', forMs: GONE_MS }]];
    case 'link lost':
      return [[0, { kind: 'fault', spec: `link-drop:for=${GONE_MS}ms` }]];
    case 'deaf':
      return [[0, { kind: 'fault', spec: `link-stall:for=${GONE_MS}ms,direction=to-central` }]];
    case 'unheard':
      return [[0, { kind: 'fault', spec: `link-stall:for=${GONE_MS}ms,direction=to-belt` }]];
  }
}

/** When the fault comes; a controller that is gone for longer than a lease leaves no light for it to meet. */
function drawDeeds(random: Random, row: RowDefinition, way: GoneWay): readonly Deed[] {
  const { deeds, dueAt, spreadMs = [-500, 60] } = row.draw(random, way === 'alive');
  // With the link the light goes at once: it may only follow the fault.
  const isLate = way === 'link lost' && row.judge.by !== 'gone' && row.label !== '';
  const offMs = isLate ? whole(random, 0, 60) : whole(random, spreadMs[0], spreadMs[1]);
  const goneMs = Math.max(0, dueAt.ms + (row.judge.by === 'gone' ? 0 : offMs));
  return [
    ...deeds,
    ...goneActs(random, way).map(([ms, act]) => ({ at: { ...dueAt, ms: goneMs + ms }, act })),
  ];
}

export function tableScenario(cell: Cell, seed: number): Scenario {
  const row = definitionOf(cell.row);
  const random = createRandom(seed, `${cell.row} ${cell.way}`);
  const seconds = cell.way === 'alive' ? (row.secondsAlive ?? row.seconds) : row.seconds;
  // Long light is weak: a session has its most.
  const irradianceMwPerCm2 = seconds > 300 ? 20 : whole(random, 30, 50);
  const zone = (number: number) =>
    zoneOf(number, {
      irradianceMwPerCm2,
      radiantExposureJPerCm2: Math.round(irradianceMwPerCm2 * seconds) / 1000,
      rampUpS: oneOf(random, [0, 0, 1]),
      rampDownS: 0.5,
    });
  const given: Given = {
    ...row.given,
    ...(row.judge.by === 'slow' ? { witness: row.judge.name } : {}),
  };
  return {
    seed,
    parts: row.parts ?? [[zone(0), zone(1)]],
    isSealed: random.next() < 0.25,
    air: { delayMs: 0, jitterMs: 0, reorderRate: 0 },
    person: {
      armAfterMs: 20,
      resumeAfterMs: Infinity,
      consent: 'atController',
      atTheEnd: 'stop',
      restartAfterMs: Infinity,
      ...row.person,
    },
    disk: { latencyMs: 2, jitterMs: 0 },
    clockRate: 1,
    deeds: drawDeeds(random, row, cell.way),
    hasNextDay: false,
    given,
  };
}

const actName = (act: Act): string => (act.kind === 'fault' ? faultNameOf(act.spec) : act.kind);

/** It came while there was light; that it went before anybody looked is the best of cases. */
function isMet(row: RowDefinition, way: GoneWay, run: Run): boolean {
  if (row.label === undefined) return true;
  if (row.label !== '') return run.seen.has(row.label);
  const [first] = goneActs(createRandom(1, 'name'), way);
  return first === undefined || run.seen.has(`${actName(first[1])} while lit`);
}

const lastedMs = ({ judge }: RowDefinition, run: Run): number => {
  switch (judge.by) {
    case 'gone':
      return run.goneMs;
    case 'physics':
      return run.hazards.worstMs[judge.name];
    case 'slow':
      return run.slowMs;
  }
};

/** More tries than this without enough hazards that met light, and the cell is broken. */
const TRY_MAX_RATIO = 4;

export function fillCell(cell: Cell, firstSeed: number, injections: number): CellResult {
  const row = definitionOf(cell.row);
  const boundMs = boundOf(row);
  let count = 0;
  let worstMs = -1;
  const problems: string[] = [];
  for (let index = 0; index < injections * TRY_MAX_RATIO && count < injections; index++) {
    const run = runScenario(tableScenario(cell, firstSeed + index));
    for (const { words } of run.violations) problems.push(`seed ${firstSeed + index}: ${words}`);
    if (!isMet(row, cell.way, run)) continue;
    count += 1;
    // Gone before the next step looked: less than that step.
    worstMs = Math.max(worstMs, lastedMs(row, run), 0);
  }
  if (count < injections) problems.push(`only ${count} hazards met light`);
  if (!(worstMs <= boundMs)) problems.push(`${worstMs} ms, bound ${boundMs} ms`);
  return { cell, hazard: row.hazard, boundMs, count, worstMs, problems };
}

export function describeTable(results: readonly CellResult[]): readonly string[] {
  const find = (row: string, way: GoneWay): string => {
    const found = results.find(({ cell }) => cell.row === row && cell.way === way);
    return found === undefined ? '—' : found.worstMs.toFixed(0);
  };
  const columns = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(10)).join('');
  const total = results.reduce((sum, { count }) => sum + count, 0);
  const least = results.reduce((few, { count }) => Math.min(few, count), Infinity);
  return [
    `hazard → dark, worst in ms of ${total} injections, at least ${least} in each of ${results.length} cells`,
    `${'controller'.padEnd(24)}${columns([...GONE_WAYS, 'bound'])}`,
    ...ROW_DEFINITIONS.map((row) => {
      const cells = GONE_WAYS.map((way) => find(row.name, way));
      return `${row.hazard.padEnd(4)}${row.name.padEnd(20)}${columns([...cells, boundOf(row) === 0 ? 'no light' : String(boundOf(row))])}`;
    }),
    ...results.flatMap(({ cell, problems }) =>
      problems.slice(0, 5).map((words) => `FAILED ${cell.row}, ${cell.way}: ${words}`),
    ),
  ];
}

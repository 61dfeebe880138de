// `npm run bench`: every promised figure with its floor beside it. Names of groups as arguments run these alone.
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCodec } from './codec.ts';
import { measureDarkness } from './darkness.ts';
import { measureLedger, runArmingCheck } from './ledger.ts';
import { measureLock } from './lock.ts';
import { measurePlans } from './plans.ts';
import { measureDose, measureGrowth, measureSimulation } from './simulation.ts';
import { measureSimulationCost } from './simulation-cost.ts';
import { measureStartUp } from './start-up.ts';
import { formatFigure, holds, type Figure } from './table.ts';

// A process of its own for one measurement.
if (process.argv[2] === '--arming-check') {
  await runArmingCheck(process.argv[3] ?? '', Number(process.argv[4]));
  process.exit(0);
}

// From dist/bench, where this is bundled to.
const dist = new URL('../', import.meta.url);
// A copy: a build that runs meanwhile must not pull the command from under a measurement.
const copy = mkdtempSync(join(tmpdir(), 'laserbelt-measured-'));
for (const part of ['bin', 'programs'])
  cpSync(fileURLToPath(new URL(part, dist)), join(copy, part), { recursive: true });
const command = join(copy, 'bin/laserbelt.js');
const planText = readFileSync(new URL('programs/low-back-spasm.yaml', dist), 'utf8');
const seed = Number(process.env['LASERBELT_SEED'] ?? 1);

const GROUPS: Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>> = {
  codec: measureCodec,
  simulation: () => measureSimulation(planText),
  'simulation-cost': measureSimulationCost,
  lock: () => measureLock(planText),
  dose: () => measureDose(planText),
  plans: measurePlans,
  ledger: () => measureLedger(fileURLToPath(import.meta.url)),
  growth: () => measureGrowth(planText),
  'start-up': () => measureStartUp(command),
  darkness: () => measureDarkness(command, seed),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in GROUPS));
if (unknown.length > 0) {
  console.error(`no such group: ${unknown.join(', ')} (there are ${Object.keys(GROUPS).join(', ')})`);
  process.exit(2);
}
let over = 0;
for (const [name, measure] of Object.entries(GROUPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const figure of await measure()) {
    console.log(formatFigure(figure));
    if (!holds(figure)) over++;
  }
}
rmSync(copy, { recursive: true, force: true });
console.log(over === 0 ? 'every figure holds' : `${over} over the floor`);
process.exit(over === 0 ? 0 : 1);

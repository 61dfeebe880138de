// What a person waits for before the first word, as a multiple of an empty module on the same Node.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { longPlan } from './long-plan.ts';
import { median, type Figure } from './table.ts';

const ROUNDS = 25;

const milliseconds = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1e6;

function timeWhole(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const startedAt = process.hrtime.bigint();
  const run = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const tookMs = milliseconds(startedAt);
  if (run.status !== 0)
    throw new Error(`${args.join(' ')} ended with ${run.status}: ${run.stderr.toString()}`);
  return tookMs;
}

/** Until the first byte on either stream; then the process is stopped by force, which a simulated belt survives. */
async function timeFirstLine(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const firstMs = await new Promise<number>((resolve, reject) => {
    const seen = (): void => resolve(milliseconds(startedAt));
    child.stdout.once('data', seen);
    child.stderr.once('data', seen);
    child.once('exit', () => reject(new Error('the command ended without a word')));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  return firstMs;
}

export async function measureStartUp(command: string): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'laserbelt-bench-'));
  const env = { ...process.env, LASERBELT_HOME: join(folder, 'home'), NO_COLOR: '1' };
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const plan = join(folder, 'fifty-steps.yaml');
  writeFileSync(plan, longPlan(50));
  const cases = [
    { name: 'laserbelt --help', args: [command, '--help'], floor: 1.25 },
    { name: 'laserbelt stop, nothing running', args: [command, 'stop'], floor: 1.25 },
    { name: 'laserbelt status, nothing running', args: [command, 'status'], floor: 1.25 },
    { name: 'laserbelt plan check, 50 steps', args: [command, 'plan', 'check', plan], floor: 2.2 },
  ];
  const start = [command, 'start', '--sim', '--speed', '1000', '--yes'];
  const taken = cases.map((): number[] => []);
  const emptyMs: number[] = [];
  const firstLineMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    emptyMs.push(timeWhole([empty], env));
    for (const [index, { args }] of cases.entries()) taken[index]?.push(timeWhole(args, env));
    firstLineMs.push(await timeFirstLine(start, env));
  }
  rmSync(folder, { recursive: true, force: true });
  const base = median(emptyMs);
  const figures: Figure[] = cases.map(({ name, floor }, index) => ({
    name,
    value: median(taken[index] ?? []) / base,
    unit: '× empty',
    floor: { atMost: floor },
    note: `empty .mjs ${base.toFixed(0)} ms, median of ${ROUNDS}`,
  }));
  figures.push({
    name: 'laserbelt start --sim --speed 1000 --yes, first line',
    value: median(firstLineMs) / base,
    unit: '× empty',
    floor: { atMost: 1.8 },
  });
  return figures;
}

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, linkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireFileLock, type FileLock } from '../../src/store/file-lock.ts';
import { nodeFileSystem, type StoreFileSystem } from '../../src/store/file-system.ts';
import { formatHolder, holderOf, type ProcessFacts } from '../../src/store/holder.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-lock-'));
  path = join(folder, 'belt.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A machine whose processes a test starts and kills by hand. */
function createMachine() {
  const alive = new Map<number, string>();
  const factsOf = (pid: number, changes: Partial<ProcessFacts> = {}): ProcessFacts => ({
    pid,
    bootId: 'boot-1',
    pidNamespace: 'ns-1',
    startTimeOf: (asked) => alive.get(asked),
    ...changes,
  });
  return {
    factsOf,
    start: (pid: number, startTime = String(pid * 10)): ProcessFacts => {
      alive.set(pid, startTime);
      return factsOf(pid);
    },
    kill: (pid: number) => void alive.delete(pid),
  };
}

const take = (facts: ProcessFacts, system: StoreFileSystem = nodeFileSystem, waitMs = 0) =>
  acquireFileLock({ path, note: `session of ${facts.pid}`, waitMs, facts, system });

async function taken(facts: ProcessFacts): Promise<FileLock> {
  const lock = await take(facts);
  if (!lock.ok) throw new Error(lock.failure.detail);
  return lock.value;
}

describe('the lock', () => {
  it('is held by one; the second is told by whom; after the release it is free', async () => {
    const machine = createMachine();
    const [one, two] = [machine.start(1), machine.start(2)];
    const lock = await taken(one);
    const refused = await take(two);
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'inUse' } });
    expect(refused.ok ? '' : refused.failure.detail).toContain('process 1 (session of 1) holds');
    await lock.release();
    await lock.release();
    const next = await taken(two);
    await next.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone', async () => {
    const machine = createMachine();
    await taken(machine.start(1));
    machine.kill(1);
    const lock = await taken(machine.start(2));
    expect(readdirSync(folder)).toEqual(['belt.lock']);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over when the process number is used again by another process', async () => {
    const machine = createMachine();
    await taken(machine.start(1, '100'));
    machine.start(1, '999');
    expect((await take(machine.start(2))).ok).toBe(true);
  });

  it('is taken over from before the last boot, although the process number lives', async () => {
    const machine = createMachine();
    await taken(machine.start(1));
    machine.start(2);
    expect((await take(machine.factsOf(2, { bootId: 'boot-2' }))).ok).toBe(true);
  });

  it('is not taken from another container, whose processes cannot be seen', async () => {
    const machine = createMachine();
    await taken(machine.start(1));
    machine.kill(1);
    machine.start(2);
    expect((await take(machine.factsOf(2, { pidNamespace: 'ns-2' }))).ok).toBe(false);
  });

  it.each([
    '',
    '{',
    '{"pid":-1}',
    'null',
    '{"pid":0,"bootId":"","startTime":"","pidNamespace":"","nonce":"","note":""}',
  ])('is taken over when a loss of power left %j in it', async (content) => {
    writeFileSync(path, content);
    expect((await take(createMachine().start(1))).ok).toBe(true);
  });

  it('is taken over although those who took over before died in the act', async () => {
    const machine = createMachine();
    const dead = [1, 2, 3].map((pid) => holderOf(machine.start(pid), 'dead'));
    let name = path;
    for (const holder of dead) {
      writeFileSync(name, formatHolder(holder));
      name = `${path}.after-${holder.nonce}`;
      machine.kill(holder.pid);
    }
    const lock = await taken(machine.start(4));
    expect(readdirSync(folder)).toEqual(['belt.lock']);
    await lock.release();
  });

  it('is not taken while another one is taking over', async () => {
    const machine = createMachine();
    const dead = holderOf(machine.start(1), 'dead');
    writeFileSync(path, formatHolder(dead));
    machine.kill(1);
    writeFileSync(`${path}.after-${dead.nonce}`, formatHolder(holderOf(machine.start(2), 'taking over')));
    const refused = await take(machine.start(3));
    expect(refused.ok ? '' : refused.failure.detail).toContain('process 2 (taking over)');
  });

  it('is not taken by a latecomer who saw the dead holder, when another one took over meanwhile', async () => {
    const machine = createMachine();
    await taken(machine.start(1));
    machine.kill(1);
    const [two, three] = [machine.start(2), machine.start(3)];
    let overtaken = false;
    // Three reads the dead holder's lock; before it can link its claim, two takes over and clears up behind itself.
    const slow: StoreFileSystem = {
      ...nodeFileSystem,
      link: async (from, to) => {
        if (!overtaken && String(to).includes('.after-')) {
          overtaken = true;
          await taken(two);
        }
        return nodeFileSystem.link(from, to);
      },
    };
    const late = await take(three, slow);
    expect(overtaken).toBe(true);
    expect(late.ok ? '' : late.failure.detail).toContain('process 2');
    expect(readFileSync(path, 'utf8')).toContain('"pid":2');
    expect(readdirSync(folder)).toEqual(['belt.lock']);
  });

  it('is never released by one who does not hold it', async () => {
    const machine = createMachine();
    const lock = await taken(machine.start(1));
    rmSync(path);
    const other = holderOf(machine.start(2), 'other');
    writeFileSync(join(folder, 'other'), formatHolder(other));
    linkSync(join(folder, 'other'), path);
    await lock.release();
    expect(readFileSync(path, 'utf8')).toContain(other.nonce);
  });

  it('goes to exactly one of many who find it dead at once', async () => {
    for (let round = 0; round < 20; round++) {
      const machine = createMachine();
      rmSync(path, { force: true });
      await taken(machine.start(1));
      machine.kill(1);
      const contenders = Array.from({ length: 8 }, (_, index) => machine.start(index + 10));
      const results = await Promise.all(contenders.map((facts) => take(facts)));
      expect(results.filter((result) => result.ok)).toHaveLength(1);
      expect(readdirSync(folder)).toEqual(['belt.lock']);
    }
  });

  it('tells in words when the folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const lock = await acquireFileLock({ path: join(folder, 'file', 'x.lock'), note: '', waitMs: 0 });
    expect(lock).toMatchObject({ ok: false, failure: { kind: 'failed' } });
  });
});

// From a label to a key on disk: what is kept when, under which name, and what each failure says. The belt is simulated,
// the folder is real.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { parseLabel } from '../../protocol/label.ts';
import type { BeltEvent } from '../../src/belt/belt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { pairBelt } from '../../src/belt/pairing.ts';
import { credentialsOf } from '../../src/cli/credentials.ts';
import { pairAndKeep } from '../../src/cli/pair-belt.ts';
import type { PairJob, PairOutcome } from '../../src/cli/pair-belt.ts';
import { createVirtualClock } from '../../src/clock.ts';
import type { VirtualClock } from '../../src/clock.ts';
import { listKeys, readKey } from '../../src/store/key-files.ts';
import type { SecretPlace } from '../../src/store/secret-file.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { faultyFileSystem } from '../store/faulty-file-system.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly transport: Transport;
}

function bench(seed = 1): Bench {
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed });
  clock.advance(500);
  belt.openPairingWindow();
  const inner = createInProcessTransport({ clock, peripheral: belt });
  // Whatever its address: what is on disk is told apart by it.
  const transport: Transport = { ...inner, connect: (_address, ...rest) => inner.connect('sim', ...rest) };
  return { clock, belt, transport };
}

const WRONG = new Uint8Array(16).fill(7);
const secretOf = ({ belt }: Bench): Uint8Array => {
  const label = parseLabel(belt.label);
  if (!label.ok) throw new Error(label.problem);
  return label.secret;
};

let root: string;
let place: SecretPlace;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'laserbelt-pair-'));
  place = { folder: join(root, 'keys'), userId: process.getuid?.() };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Belt time goes on while files are written, as it does in the world, in steps so small that a slow disk is no timeout. */
async function run({ clock }: Bench, job: PairJob): Promise<PairOutcome> {
  let outcome: PairOutcome | undefined;
  const ended = pairAndKeep(job).then((result) => void (outcome = result));
  for (let turn = 0; outcome === undefined && turn < 500_000; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(0.2);
  }
  await ended;
  if (outcome === undefined) throw new Error('did not end');
  return outcome;
}

const jobOf = (from: Bench, changes: Partial<PairJob> = {}): PairJob => ({
  address: 'socket:/tmp/belt',
  name: 'kitchen',
  labelSecret: secretOf(from),
  place,
  transport: from.transport,
  clock: from.clock,
  pair: pairBelt,
  wallClock: () => '2026-01-02T03:04:05.000Z',
  calledOff: new AbortController().signal,
  ...changes,
});

const pairNow = (from: Bench, changes: Partial<PairJob> = {}): Promise<PairOutcome> =>
  run(from, jobOf(from, changes));

/** How the belt opens: to the key of this name on disk, or to somebody without one. */
async function opens({ clock, transport }: Bench, name?: string): Promise<string> {
  const read = name === undefined ? undefined : await readKey(place, name);
  const key = read?.ok === true ? read.value : undefined;
  const credentials = key === undefined ? undefined : credentialsOf(key);
  if (name !== undefined && credentials === undefined) return 'no key';
  const seen: BeltEvent[] = [];
  const onEvent = (event: BeltEvent): void => void seen.push(event);
  const belt = createGattBelt({ transport, address: 'sim', clock, onEvent, credentials });
  belt.open();
  clock.advance(15_000);
  belt.close();
  const [first] = seen;
  if (first?.type === 'belt.opened') return first.profile.paired ? 'sealed' : 'plain';
  return first?.type === 'belt.unreachable' ? first.failure : 'nothing';
}

describe('pairing and keeping the key', () => {
  it('keeps a key that opens the belt sealed; the label is in no file', async () => {
    const from = bench();
    expect(await pairNow(from)).toMatchObject({ ok: true, name: 'kitchen' });
    expect(await opens(from, 'kitchen')).toBe('sealed');
    const all = readdirSync(place.folder).map((name) => readFileSync(join(place.folder, name), 'utf8'));
    const label = from.belt.label.replaceAll('-', '');
    const hex = Buffer.from(secretOf(from)).toString('hex');
    for (const content of all) {
      expect(content.toUpperCase()).not.toContain(label.slice(0, 8));
      expect(content).not.toContain(hex.slice(0, 8));
    }
  });

  it('calls a belt without a name what it calls itself', async () => {
    const from = bench();
    expect(await pairNow(from, { name: undefined })).toMatchObject({
      ok: true,
      name: `laserbelt-${from.belt.beltId.slice(0, 4)}`,
    });
  });

  it.each([
    ['wrongLabel', { labelSecret: WRONG }, undefined, 'label does not belong'],
    ['windowClosed', {}, 61_000, 'sim fault --socket /tmp/belt pairing-window'],
  ] as const)(
    '%s: 6, words that say what to do, and no key anywhere',
    async (_what, changes, lateMs, words) => {
      const from = bench();
      if (lateMs !== undefined) from.clock.advance(lateMs);
      const outcome = await pairNow(from, changes);
      expect(outcome).toMatchObject({ ok: false, exitCode: 6 });
      expect(JSON.stringify(outcome)).toContain(words);
      expect((await listKeys(place)).keys).toEqual([]);
      expect(await opens(from)).toBe('plain');
    },
  );

  it('five wrong labels close the window; the right one is refused until a hand opens it again', async () => {
    const from = bench();
    const words = new Set<string>();
    for (let count = 0; count < 5; count++) {
      const outcome = await pairNow(from, { labelSecret: new Uint8Array(16).fill(count + 1) });
      words.add(outcome.ok ? 'paired' : outcome.message);
    }
    // One wrong secret is told like the other.
    expect(words.size).toBe(1);
    const sixth = await pairNow(from);
    expect(sixth).toMatchObject({ ok: false, exitCode: 6 });
    expect(JSON.stringify(sixth)).toContain('too many wrong labels');
    from.belt.openPairingWindow();
    expect(await pairNow(from)).toMatchObject({ ok: true });
  });

  it('a disk that is full: no key here, and the belt is not locked', async () => {
    const from = bench();
    const system = faultyFileSystem();
    let isArmed = false;
    const outcome = await pairNow(from, {
      place: { ...place, system },
      // The controller's id is written before; the key is what fails.
      pair(options, ended) {
        if (!isArmed) system.failNext('sync', 'ENOSPC');
        isArmed = true;
        return pairBelt(options, ended);
      },
    });
    expect(outcome).toMatchObject({ ok: false, exitCode: 6 });
    expect(JSON.stringify(outcome)).toContain('the disk is full');
    expect((await listKeys(place)).keys).toEqual([]);
    expect(await opens(from)).toBe('plain');
    expect(await pairNow(from)).toMatchObject({ ok: true });
  });

  it('the link lost after the key was kept: told, and pairing again mends it', async () => {
    const from = bench();
    let isCut = false;
    const outcome = await pairNow(from, {
      pair: (options, ended) =>
        pairBelt(
          {
            ...options,
            keepKey: (key, kept) =>
              options.keepKey?.(key, (isKept) => {
                if (!isCut) from.belt.inject('link-drop');
                isCut = true;
                kept(isKept);
              }),
          },
          ended,
        ),
    });
    expect(outcome).toMatchObject({ ok: false, exitCode: 5 });
    expect(JSON.stringify(outcome)).toContain('pair again');
    // What was kept is a key that the belt takes, or one that is replaced.
    from.clock.advance(1000);
    from.belt.openPairingWindow();
    expect(await pairNow(from)).toMatchObject({ ok: true, name: 'kitchen' });
    expect(await opens(from, 'kitchen')).toBe('sealed');
    expect((await listKeys(place)).keys).toHaveLength(1);
  });

  it('called off before and while it runs: nothing is kept, 3', async () => {
    const from = bench();
    const before = AbortSignal.abort();
    expect(await pairNow(from, { calledOff: before })).toMatchObject({ ok: false, exitCode: 3 });
    const controller = new AbortController();
    const running = run(from, {
      ...jobOf(from, { calledOff: controller.signal }),
      pair(options, ended) {
        const attempt = pairBelt(options, ended);
        controller.abort();
        return attempt;
      },
    });
    expect(await running).toMatchObject({ ok: false, exitCode: 3 });
    expect((await listKeys(place)).keys).toEqual([]);
    expect(await opens(from)).toBe('plain');
    expect(await pairNow(from)).toMatchObject({ ok: true });
  });
});

describe('one belt, one name, one key', () => {
  it('paired again, it keeps its name and gets a new key; a new name takes the place of the old', async () => {
    const from = bench();
    await pairNow(from);
    const first = await readKey(place, 'kitchen');
    from.belt.openPairingWindow();
    expect(await pairNow(from, { name: undefined })).toMatchObject({ ok: true, name: 'kitchen' });
    const second = await readKey(place, 'kitchen');
    expect(first.ok && first.value?.longTermKey()).not.toEqual(second.ok && second.value?.longTermKey());
    from.belt.openPairingWindow();
    expect(await pairNow(from, { name: 'garden' })).toMatchObject({ ok: true, name: 'garden' });
    expect((await listKeys(place)).keys.map(({ name }) => name)).toEqual(['garden']);
    expect(await opens(from, 'garden')).toBe('sealed');
  });

  it('moved to another address, it is the same belt', async () => {
    const from = bench();
    await pairNow(from);
    from.belt.openPairingWindow();
    expect(await pairNow(from, { address: 'socket:/tmp/other', name: 'kitchen' })).toMatchObject({
      ok: true,
    });
    expect((await listKeys(place)).keys).toMatchObject([{ name: 'kitchen', address: 'socket:/tmp/other' }]);
  });

  it('another belt at its address, or under its name, is refused before it learns anything, and the key stays', async () => {
    const from = bench();
    await pairNow(from);
    const other = bench(2);
    expect(other.belt.beltId).not.toBe(from.belt.beltId);
    for (const changes of [{ name: undefined }, { address: 'socket:/tmp/other', name: 'kitchen' }]) {
      const outcome = await pairNow(other, changes);
      expect(outcome).toMatchObject({ ok: false, exitCode: 6 });
      expect(JSON.stringify(outcome)).toContain('laserbelt forget kitchen');
    }
    expect(await opens(other)).toBe('plain');
    expect(await opens(from, 'kitchen')).toBe('sealed');
  });

  it('a name that two belts would have is refused before anything is asked', async () => {
    const from = bench();
    await pairNow(from);
    const other = bench(2);
    await pairNow(other, { address: 'socket:/tmp/other', name: 'garden' });
    const outcome = await pairNow(other, { address: 'socket:/tmp/other', name: 'kitchen' });
    expect(outcome).toMatchObject({ ok: false, exitCode: 6 });
    expect(JSON.stringify(outcome)).toContain('another --name');
  });

  it('a torn file of that name, or a torn controller id, is refused in words', async () => {
    const from = bench();
    await pairNow(from);
    writeFileSync(join(place.folder, 'belt-garden.key'), '{"laser', { mode: 0o600 });
    const outcome = await pairNow(from, { name: 'garden' });
    expect(JSON.stringify(outcome)).toContain('belt-garden.key');
    writeFileSync(join(place.folder, 'controller.id'), '{"laser');
    from.belt.openPairingWindow();
    expect(await pairNow(from)).toMatchObject({
      ok: false,
      exitCode: 6,
      message: expect.stringContaining('controller.id') as string,
    });
  });
});

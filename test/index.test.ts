// What the library gives to who pairs a belt and opens it sealed, from code of his own: nothing but public names here.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  beginKeyWriting,
  createGattBelt,
  createInProcessTransport,
  createSimulatedBelt,
  createVirtualClock,
  credentialsFromKey,
  formatLabel,
  listKeys,
  PAIRING_MAX_MS,
  pairBelt,
  parseLabel,
  readKey,
  type BeltCredentials,
  type BeltEvent,
  type BeltKey,
  type PairedKey,
  type PairingResult,
  type SecretPlace,
} from '../src/index.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const STEP_MS = 10;
const STEP_MAX_COUNT = PAIRING_MAX_MS / STEP_MS;

let place: SecretPlace;
beforeEach(() => {
  place = {
    folder: join(mkdtempSync(join(tmpdir(), 'laserbelt-library-')), 'keys'),
    userId: process.getuid?.(),
  };
});
afterEach(() => rmSync(join(place.folder, '..'), { recursive: true, force: true }));

/** A belt in the same process, and a controller on the same clock. */
function setUp() {
  const clock = createVirtualClock();
  const peripheral = createSimulatedBelt({ clock, seed: 3 });
  return { clock, peripheral, transport: createInProcessTransport({ clock, peripheral }), address: 'sim' };
}
type Bench = ReturnType<typeof setUp>;

/** Pairs as an engineer would, and keeps the key where the command line keeps its own. */
async function pairAndKeep(bench: Bench, labelText: string): Promise<PairingResult> {
  const { clock, peripheral, transport, address } = bench;
  const label = parseLabel(labelText);
  if (!label.ok) throw new Error(label.problem);
  const writing = await beginKeyWriting(place);
  if (!writing.ok) throw new Error(writing.failure.detail);
  const controllerId = await writing.value.controllerId();
  if (!controllerId.ok) throw new Error(controllerId.problem.detail);

  const save = async ({ beltId, longTermKey }: PairedKey): Promise<boolean> => {
    const key: BeltKey = {
      name: 'bench',
      address,
      beltId: hexOf(beltId),
      controllerId: controllerId.value,
      pairedAt: '2026-01-02T03:04:05.000Z',
      longTermKey: () => longTermKey.slice(),
    };
    return (await writing.value.save(key)).ok;
  };
  let result: PairingResult | undefined;
  let saving: Promise<void> | undefined;
  peripheral.openPairingWindow();
  pairBelt(
    {
      transport,
      address,
      clock,
      labelSecret: label.secret,
      controllerId: Uint8Array.from(Buffer.from(controllerId.value, 'hex')),
      randomBytes,
      keepKey: (key, kept) => void (saving = save(key).then(kept)),
    },
    (ended) => void (result = ended),
  );
  for (let step = 0; step < STEP_MAX_COUNT && result === undefined; step++) {
    clock.advance(STEP_MS);
    // Virtual time stands still while the disk works, however slow the disk is.
    await saving;
    saving = undefined;
  }
  await writing.value.release();
  if (result === undefined) throw new Error('the pairing did not end');
  return result;
}

function openBelt({ clock, transport, address }: Bench, credentials?: BeltCredentials): BeltEvent[] {
  const events: BeltEvent[] = [];
  const belt = createGattBelt({
    transport,
    address,
    clock,
    credentials,
    onEvent(event) {
      events.push(event);
      if (event.type === 'belt.opened') belt.stop();
    },
  });
  belt.open();
  clock.advance(1000);
  belt.close();
  clock.advance(0);
  return events;
}

describe('the library, for a belt that is paired', () => {
  it('pairs, keeps the key in a file of its own, and opens the belt sealed with what is read from there', async () => {
    const bench = setUp();
    const paired = await pairAndKeep(bench, bench.peripheral.label);
    expect(paired).toMatchObject({ ok: true, profile: { beltId: bench.peripheral.beltId, paired: true } });
    expect(statSync(join(place.folder, 'belt-bench.key')).mode & 0o777).toBe(0o600);

    const read = await readKey(place, 'bench');
    if (!read.ok || read.value === undefined) throw new Error('the key cannot be read');
    const events = openBelt(bench, credentialsFromKey(read.value, randomBytes));
    expect(events[0]).toMatchObject({
      type: 'belt.opened',
      profile: { beltId: bench.peripheral.beltId, paired: true, simulated: true },
    });
    const ticks = events.filter((event) => event.type === 'belt.tick');
    expect(ticks.at(-1)?.report).toMatchObject({ stopLatched: true, emission: false });
  });

  it('opens nothing without the key, or with another, and says notPaired', async () => {
    const bench = setUp();
    await pairAndKeep(bench, bench.peripheral.label);
    const read = await readKey(place, 'bench');
    if (!read.ok || read.value === undefined) throw new Error('the key cannot be read');
    const wrong = { ...read.value, longTermKey: () => new Uint8Array(32) };
    for (const credentials of [undefined, credentialsFromKey(wrong, randomBytes)])
      expect(openBelt(bench, credentials)).toMatchObject([
        { type: 'belt.unreachable', failure: 'notPaired' },
      ]);
  });

  it('keeps nothing after a wrong label', async () => {
    const bench = setUp();
    const wrong = formatLabel(new Uint8Array(16).fill(0x5a));
    expect(await pairAndKeep(bench, wrong)).toMatchObject({ ok: false, failure: 'wrongLabel' });
    expect(await listKeys(place)).toEqual({ keys: [], problems: [] });
  });

  it('an id that is not hexadecimal is a mistake of the caller', () => {
    const key = { controllerId: 'c0', beltId: 'no', longTermKey: () => new Uint8Array(32) };
    expect(() => credentialsFromKey(key, randomBytes)).toThrow('hexadecimal');
  });
});

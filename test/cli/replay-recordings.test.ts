// Every recording in test/replays is a test: a session that failed once is kept from failing again by moving its file
// there. The controller must decide as it did then, never break down, and keep what holds for every session.
import { createReadStream, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { differenceWords } from '../../src/cli/replay-words.ts';
import { bodiesOf, createRecordedRig, replayLines } from './replay-rig.ts';

const FOLDER = new URL('../replays/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'));

async function linesOf(name: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(new URL(name, FOLDER)) }))
    lines.push(`${line}\n`);
  return lines;
}

interface Line {
  readonly t?: string;
  readonly call?: string;
  readonly with?: readonly unknown[];
  readonly event?: { readonly type: string; readonly step?: number; readonly ceiling?: number };
}
interface Lease {
  readonly step: number;
  readonly ceiling: number;
  readonly zones: number;
}

/** What no session may do, judged from the lines alone; answers the first line that does it. */
function judge(bodies: readonly string[]): string | undefined {
  let isStopped = false;
  let reserved = new Map<number, number>();
  for (const [index, body] of bodies.entries()) {
    const line = JSON.parse(body) as Line;
    if (line.t === 'session') {
      isStopped = false;
      reserved = new Map();
    }
    const { event } = line;
    if (event?.type === 'book.reserved')
      reserved.set(event.step ?? -1, Math.max(reserved.get(event.step ?? -1) ?? 0, event.ceiling ?? 0));
    if (line.t !== 'did') continue;
    if (line.call === 'belt.stop') isStopped = true;
    if (isStopped && ['belt.arm', 'belt.resume', 'belt.lease'].includes(line.call ?? ''))
      return `line ${index + 1}: ${line.call} after a stop`;
    if (line.call !== 'belt.lease') continue;
    const lease = line.with?.[0] as Lease;
    if (lease.zones !== 0 && !(lease.ceiling <= (reserved.get(lease.step) ?? 0)))
      return `line ${index + 1}: a lease above what is booked`;
  }
  return undefined;
}

describe('a recording that became a test', () => {
  it('there are some', () => {
    expect(FILES.length).toBeGreaterThanOrEqual(4);
  });

  it.each(FILES)('%s: the same decisions, no breakdown, and nothing that no session may do', async (name) => {
    const lines = await linesOf(name);
    const { found, problem } = replayLines(lines);
    expect(problem).toBeUndefined();
    expect(found.difference === undefined ? [] : differenceWords(found.difference)).toEqual([]);
    expect(found.decisionCount).toBeGreaterThan(10);
    expect(found.outcomes.filter(({ exitCode }) => exitCode === 1)).toEqual([]);
    expect(judge(bodiesOf(lines))).toBeUndefined();
  });

  it('what judges them finds a lease after a stop, and one above what is booked', () => {
    const rig = createRecordedRig();
    rig.send({ type: 'operator.start' });
    rig.untilOver();
    const bodies = bodiesOf(rig.lines);
    expect(judge(bodies)).toBeUndefined();
    const isLit = (body: string): boolean => /"belt\.lease".*"zones":[1-9]/.test(body);
    const leaseAt = bodies.findIndex(isLit);
    expect(leaseAt).toBeGreaterThan(0);
    expect(judge([...bodies, bodies[leaseAt] ?? ''])).toContain('after a stop');
    const high = bodies.map((body) =>
      isLit(body) ? body.replace(/"ceiling":[0-9.e-]+/, '"ceiling":1.5') : body,
    );
    expect(judge(high)).toContain(`line ${leaseAt + 1}: a lease above what is booked`);
  });
});

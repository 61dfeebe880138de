// The short form: everything that a small alphabet can lead to, on one step of two zones.
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/session/events.ts';
import { everyState } from '../session/support/scripted.ts';
import { IGNORED, NOTED } from './cells.ts';
import { SHORT_FORM } from './forms.ts';
import { SILENT_MAX_MS } from './liveness.ts';
import { search } from './search.ts';

const TYPES = [
  'operator.start',
  'operator.arm',
  'operator.stop',
  'operator.pause',
  'operator.resume',
  'operator.present',
  'operator.abandon',
  'belt.opened',
  'belt.unreachable',
  'belt.tick',
  'belt.prepared',
  'belt.answered',
  'belt.record',
  'belt.noticed',
  'belt.badFrame',
  'link.lost',
  'book.loaded',
  'book.allowed',
  'book.refused',
  'book.begun',
  'book.reserved',
  'book.reconciled',
  'book.closed',
  'book.failed',
  'timer.due',
  'controller.failed',
] as const satisfies readonly SessionEvent['type'][];
/** Breaks when an event is added that the list above does not have. */
type Missing = Exclude<SessionEvent['type'], (typeof TYPES)[number]>;
const NONE_MISSING: [Missing] extends [never] ? true : false = true;

const LONG_MS = 300_000;

describe('everything that can happen to the shipped machine', { timeout: LONG_MS }, () => {
  const found = search(SHORT_FORM);
  const active = [...everyState()].filter(([, { status }]) => status === 'active').map(([place]) => place);

  it('is looked through to the end, within the written bound', () => {
    expect(found.isComplete).toBe(true);
    expect(found.states).toBeGreaterThan(3000);
    expect(found.transitions).toBeGreaterThan(300_000);
  });

  it('breaks no rule: light, STOP, hazards, confirmation, outcome, waits', () => {
    expect(found.violations).toEqual([]);
  });

  it('reaches every place of the machine and every end', () => {
    for (const place of active) expect(found.byPlace.get(place), place).toBeGreaterThan(0);
    for (const end of ['completed', 'stopped', 'cutoff', 'lockout', 'refused', 'failed'])
      expect(found.byPlace.get(end), end).toBeGreaterThan(0);
  });

  it('leaves from every state a way to dark and a way to an end', () => {
    expect(found.waysOut.withoutDark).toEqual([]);
    expect(found.waysOut.withoutEnd).toEqual([]);
  });

  it('ends from every state by time alone when the world falls silent', () => {
    expect(found.waysOut.silentStates).toBeGreaterThan(3000);
    expect(found.waysOut.silentWorstMs).toBeLessThanOrEqual(SILENT_MAX_MS);
  });

  it('has met every event in every place; what each ever led to is written down', async () => {
    expect(NONE_MISSING).toBe(true);
    const rows = [...active].sort().map((place) => {
      const cells = TYPES.map((type) => {
        const led = found.cells.ledTo(place, type);
        expect(led, `${place} × ${type}`).toBeDefined();
        return `  ${type.padEnd(18)} ${[...(led ?? [])].sort().join(' ')}`;
      });
      return [place, ...cells, ''].join('\n');
    });
    const head = `Where each event ever led, over all states that the search reached. ${NOTED} is noted, ${IGNORED} ignored.\n\n`;
    await expect(head + rows.join('\n')).toMatchFileSnapshot('./cells.txt');
  });

  it('ignores STOP, a second Ctrl-C and a failure of its own in no state at all', () => {
    for (const place of active)
      for (const type of ['operator.stop', 'operator.abandon', 'controller.failed'] as const)
        expect([...(found.cells.ledTo(place, type) ?? [])], `${place} ${type}`).not.toContain(IGNORED);
  });
});

// A belt by its name: in what is shown, and in the commands that people are told to type.
import { describe, expect, it } from 'vitest';
import { namePresenter, outcomeForBelt, statusWithName } from '../../src/cli/named-presenter.ts';
import type { Presenter } from '../../src/cli/presenter.ts';
import { renderSession } from '../../src/cli/render-session.ts';
import { plainPaint } from '../../src/cli/style.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { sessionStatus } from './support.ts';

const SOCKET = { scheme: 'socket', address: 'socket:/tmp/b' } as const;
const LOCKED: SessionOutcome = {
  outcome: 'lockout',
  emissionOff: 'confirmed',
  hazard: 'H10',
  hazards: ['H10'],
  session: '0123456789abcdef',
  plan: 'low-back-spasm',
  durationMs: 1000,
  emissionMs: 0,
  zones: [],
  message: 'It has locked itself; have it repaired, then `laserbelt clear`.',
  exitCode: 8,
};
const STAMP = { at: '2026-03-01T08:00:00.000Z', atMs: 1 };

describe('a belt that was paired under a name', () => {
  const status = sessionStatus({ address: SOCKET.address });

  it('is called by it in the view and in status; without a name its address stands there', () => {
    const linesOf = (name: string | undefined): string =>
      renderSession(statusWithName(status, name), { columns: 90, paint: plainPaint, isUnicode: true }).join(
        '\n',
      );
    expect(linesOf('bedroom')).toContain('low-back-spasm · bedroom (simulated)');
    expect(linesOf('bedroom')).not.toContain('socket:');
    expect(linesOf(undefined)).toContain('socket:/tmp/b (simulated)');
  });

  it('keeps its address for scripts', () => {
    expect(statusWithName(status, 'bedroom')).toEqual({ ...status, beltName: 'bedroom' });
  });

  it('is named in the command that clears it', () => {
    const told = (belt: Parameters<typeof outcomeForBelt>[1]): string => outcomeForBelt(LOCKED, belt).message;
    expect(told({ ...SOCKET, name: 'bedroom' })).toContain('`laserbelt clear --belt bedroom`');
    expect(told(SOCKET)).toContain('`laserbelt clear --belt socket:/tmp/b`');
    expect(told({ scheme: 'sim', address: 'sim' })).toBe(LOCKED.message);
  });

  it('every presenter gets the name and the command', () => {
    const seen: unknown[] = [];
    const inner: Presenter = {
      planned: () => undefined,
      update: ({ beltName }) => void seen.push(beltName),
      visit: (_event, care) => void seen.push(care?.beltName),
      note: () => undefined,
      suspend: () => undefined,
      resume: () => undefined,
      finish: ({ message }) => void seen.push(message),
    };
    const presenter = namePresenter(inner, { ...SOCKET, name: 'bedroom' }, 'bedroom');
    presenter.update(status, { type: 'operator.start', atMs: 0 }, STAMP);
    presenter.visit({ type: 'care.counting' }, status, STAMP);
    presenter.visit({ type: 'care.counting' }, undefined, STAMP);
    presenter.finish(LOCKED, STAMP);
    expect(seen).toEqual(['bedroom', 'bedroom', undefined, expect.stringContaining('--belt bedroom')]);
  });
});

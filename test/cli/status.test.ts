// What `status` says of sessions that nobody answers for: an end is no alarm, a dead controller is one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimBelt, listRegistrations, removeRegistration } from '../../src/cli/running-sessions.ts';
import { showStatus } from '../../src/cli/status.ts';
import { createFakeIo } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-status-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const REQUEST = {
  command: 'status',
  belt: undefined,
  isJson: false,
  isQuiet: false,
  isColourRefused: true,
} as const;

/** Registered, and nobody listens at its socket. */
async function silentSession() {
  const registration = {
    address: 'socket:/a',
    processId: process.pid,
    socketPath: join(folder, 'nobody.sock'),
    plan: 'low-back-spasm',
    session: '0123456789abcdef',
  };
  await claimBelt(folder, 'key', registration, () => Promise.resolve(false));
  return listRegistrations(folder);
}

async function statusOf(
  found: Awaited<ReturnType<typeof silentSession>>,
  isWatched: boolean,
  isJson = false,
) {
  const io = createFakeIo({ env: { LASERBELT_HOME: folder } });
  expect(await showStatus(found, { ...REQUEST, isWatched, isJson }, io)).toBe(0);
  return io.stdout();
}

describe.each([true, false])('status (watched: %s)', (isWatched) => {
  it('of a session that took its registration with it: it has ended, and no alarm', async () => {
    const found = await silentSession();
    for (const one of found) removeRegistration(one);
    expect(await statusOf(found, isWatched)).toBe('The session low-back-spasm on socket:/a has ended.\n');
    expect(JSON.parse(await statusOf(found, isWatched, true))).toMatchObject({ state: 'ended' });
  });
  it('of one that left it behind: the controller is gone, and stop makes sure of the dark', async () => {
    const found = await silentSession();
    expect(await statusOf(found, isWatched)).toContain('is gone; laserbelt stop makes sure');
    expect(JSON.parse(await statusOf(found, isWatched, true))).toMatchObject({ state: 'gone' });
  });
  it('of one whose place another session has taken: it has ended', async () => {
    const found = await silentSession();
    const older = found.map((one) => ({ ...one, session: 'fedcba9876543210' }));
    expect(await statusOf(older, isWatched)).toContain('has ended');
  });
});

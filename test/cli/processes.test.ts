// Whole processes, killed, frozen and stopped. What they did is read from the truth file, never from what they say.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { bundleCommand, createPlace, hostNowMs, outcomeOf, waitFor } from './real-processes.ts';
import type { Place } from './real-processes.ts';

/** The belt's constant, and one step of its firmware. */
const LEASE_AND_STEP_MS = 1000 + 10;
/** What a stop takes on a busy machine: the processes involved may wait for a processor. */
const STOP_MS = 1000;
const TEST_MS = 120_000;

let command = '';
let removeBundle: () => void = () => undefined;
beforeAll(async () => {
  const bundle = await bundleCommand();
  command = bundle.command;
  removeBundle = bundle.remove;
}, TEST_MS);
afterAll(() => removeBundle());

/** One folder, one belt, one set of processes per test; nothing survives it. */
const inPlace = (run: (place: Place) => Promise<void>) => async (): Promise<void> => {
  const place = createPlace(command);
  try {
    await run(place);
  } finally {
    await place.clear();
  }
};

describe.concurrent('a session in one process', () => {
  it(
    'stop from another terminal: dark, confirmed, 3 there and 0 here',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve();
        const session = await place.startUntilLit();
        expect(await place.finish('status', '--json')).toMatchObject({
          exitCode: 0,
          out: expect.stringContaining('"emission":true') as string,
        });
        const atMs = hostNowMs();
        const stop = await place.finish('stop');
        expect(stop).toMatchObject({
          exitCode: 0,
          out: expect.stringContaining('confirmed by the belt') as string,
        });
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(STOP_MS);
        expect(await session.ended).toBe(3);
        expect(outcomeOf(session.out())).toMatchObject({
          event: 'session.outcome',
          outcome: 'stopped',
          emissionOff: 'confirmed',
          exitCode: 3,
        });
        expect(await place.finish('status')).toMatchObject({ exitCode: 0, out: 'No session is running.\n' });
      })(),
  );

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`${signal}: dark, confirmed, 3`, { timeout: TEST_MS }, async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve();
        const session = await place.startUntilLit();
        const atMs = hostNowMs();
        session.child.kill(signal);
        expect(await session.ended).toBe(3);
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(STOP_MS);
        expect(outcomeOf(session.out())).toMatchObject({ outcome: 'stopped', emissionOff: 'confirmed' });
      })(),
    );
  }

  it(
    'SIGINT twice while the belt does not answer: the link is dropped at once, 7',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve();
        const session = await place.startUntilLit();
        expect(
          (await place.finish('sim', 'fault', '--socket', place.socket, 'link-stall:for=60s')).exitCode,
        ).toBe(0);
        const atMs = hostNowMs();
        session.child.kill('SIGINT');
        await waitFor('the first to be taken', () => session.out().includes('"state":"stopping"'));
        session.child.kill('SIGINT');
        expect(await session.ended).toBe(7);
        expect(outcomeOf(session.out())).toMatchObject({ emissionOff: 'unconfirmed', exitCode: 7 });
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(LEASE_AND_STEP_MS);
      })(),
  );

  it(
    'SIGKILL: dark within the lease; stop then asks the belt itself; the next session reconciles first',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve();
        const session = await place.startUntilLit();
        const atMs = hostNowMs();
        session.child.kill('SIGKILL');
        expect(await session.ended).toBe('SIGKILL');
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(LEASE_AND_STEP_MS);
        expect((await place.finish('status')).out).toContain('is gone');
        expect(await place.finish('stop')).toMatchObject({
          exitCode: 0,
          out: expect.stringContaining('confirmed by the belt') as string,
        });
        expect(await place.finish('stop')).toMatchObject({
          exitCode: 0,
          out: 'Nothing is running; nothing to stop.\n',
        });
        const next = await place.startUntilLit();
        expect((await place.finish('stop')).exitCode).toBe(0);
        expect(await next.ended).toBe(3);
      })(),
  );

  it(
    'SIGSTOP: dark within the lease; stop goes past the frozen controller to the belt',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve();
        const session = await place.startUntilLit();
        const atMs = hostNowMs();
        session.child.kill('SIGSTOP');
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(LEASE_AND_STEP_MS);
        expect(await place.finish('stop')).toMatchObject({ exitCode: 0 });
        session.child.kill('SIGCONT');
        expect(await session.ended).not.toBe(0);
        expect(place.truth().at(-1)?.emission).toBe(false);
      })(),
  );

  it(
    'the simulator killed: the session ends, and claims no confirmation',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        const served = await place.serve();
        const session = await place.startUntilLit();
        served.child.kill('SIGKILL');
        expect(await session.ended).toBe(7);
        expect(outcomeOf(session.out())).toMatchObject({ emissionOff: 'unconfirmed' });
      })(),
  );

  it('nobody reads its output any more: dark', { timeout: TEST_MS }, async ({ expect }) =>
    inPlace(async (place) => {
      await place.serve();
      const session = await place.startUntilLit();
      const atMs = hostNowMs();
      session.child.stdout?.destroy();
      expect(await session.ended).not.toBe(0);
      // The next line of output, then the stop.
      expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(STOP_MS + 500);
    })(),
  );

  it(
    'a second session on one belt is refused with 6, and the first goes on',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve();
        const session = await place.startUntilLit();
        const second = await place.finish('start', '--belt', `socket:${place.socket}`, '--yes', '--json');
        expect(second.exitCode).toBe(6);
        expect(outcomeOf(second.out)).toMatchObject({
          outcome: 'refused',
          emissionOff: 'neverOn',
          exitCode: 6,
        });
        expect(place.truth().at(-1)?.emission).toBe(true);
        session.child.kill('SIGTERM');
        expect(await session.ended).toBe(3);
      })(),
  );

  it('pause is dark, resume is light again', { timeout: TEST_MS }, async ({ expect }) =>
    inPlace(async (place) => {
      await place.serve();
      const session = await place.startUntilLit();
      expect((await place.finish('pause')).exitCode).toBe(0);
      await place.darkSinceHostMs();
      // The belt says that it is paused before it can be resumed.
      await waitFor('light again', async () => {
        await place.finish('resume');
        return place.truth().at(-1)?.emission === true;
      });
      session.child.kill('SIGTERM');
      expect(await session.ended).toBe(3);
    })(),
  );
});

describe.concurrent('start on the embedded belt', () => {
  it(
    'completes at a thousand times real time; the first line is the version, the last the outcome',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        const { exitCode, out } = await place.finish('start', '--sim', '--speed', '1000', '--yes', '--json');
        expect(exitCode).toBe(0);
        const lines = out
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(lines[0]).toMatchObject({ event: 'version' });
        expect(lines.at(-1)).toMatchObject({
          event: 'session.outcome',
          outcome: 'completed',
          emissionOff: 'confirmed',
          hazard: null,
          exitCode: 0,
        });
        expect(
          lines.every((line) => typeof line['at'] === 'string' && typeof line['atMs'] === 'number'),
        ).toBe(true);
        expect(
          lines.filter((line) => line['event'] === 'session.state').map((line) => line['state']),
        ).toEqual(['connecting', 'preflight', 'ready', 'countdown', 'emitting', 'stopping', 'completed']);
        const ticks = lines.filter((line) => line['event'] === 'session.tick').map((line) => line['tick']);
        expect(ticks.length).toBeGreaterThan(300);
        expect(new Set(ticks).size).toBe(ticks.length);
      })(),
  );

  it('detached: told when it has begun; status and stop reach it', { timeout: TEST_MS }, async ({ expect }) =>
    inPlace(async (place) => {
      const begun = await place.finish('start', '--sim', '--yes', '--detach');
      expect(begun.exitCode).toBe(0);
      expect(begun.err).toContain('laserbelt stop');
      expect((await place.finish('status', '--json')).out).toContain('"address":"sim"');
      expect((await place.finish('stop')).exitCode).toBe(0);
    })(),
  );

  it.for([
    [['start', '--sim'], 6, '--yes'],
    [['start', '--sim', '--detach'], 6, '--yes'],
    [['start', 'low-back-spam', '--sim', '--yes'], 2, 'did you mean low-back-spasm?'],
    [['start', '--sim', '--yes', '--fault', 'contct-lost'], 2, 'contact-lost'],
    [['start', '--belt', 'socket:/nonexistent/belt', '--yes'], 5, ''],
    [['start', '--sim', '--dry-run'], 0, 'nothing was armed'],
    [['sim', 'fault', '--socket', '/nonexistent/belt', 'link-drop'], 5, 'sim serve'],
  ] as const)(
    '%j ends with %i and says what to do',
    { timeout: TEST_MS },
    async ([args, exitCode, said], { expect }) =>
      inPlace(async (place) => {
        const result = await place.finish(...args);
        expect(result.exitCode).toBe(exitCode);
        expect(result.out + result.err).toContain(said);
        expect(result.err.toLowerCase()).not.toContain('internal');
      })(),
  );

  it('a wrong plan file: file, line and column, 2', { timeout: TEST_MS }, async ({ expect }) =>
    inPlace(async (place) => {
      const file = join(place.home, '..', 'wrong.yaml');
      writeFileSync(
        file,
        'laserbelt: 1\nname: x\nsite: lumbar\nsession:\n  - treat: [L1]\n    wavelenth: 808 nm\n',
      );
      const { exitCode, err } = await place.finish('start', file, '--sim', '--yes');
      expect(exitCode).toBe(2);
      expect(err).toMatch(/wrong\.yaml:\d+:\d+: /);
    })(),
  );

  it(
    'a state folder that cannot be written: refused before emission, 6',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        writeFileSync(place.home, 'a file where a folder should be');
        const { exitCode, out } = await place.finish('start', '--sim', '--speed', '1000', '--yes', '--json');
        expect(exitCode).toBe(6);
        expect(outcomeOf(out)).toMatchObject({ outcome: 'refused', emissionOff: 'neverOn' });
      })(),
  );
});

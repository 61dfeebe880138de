// Whole processes, killed, frozen and stopped. What they did is read from the truth file, never from what they say.
import { describe, it } from 'vitest';
import { hostNowMs, outcomeOf, waitFor } from './real-processes.ts';
import { TEST_MS, useCommand } from './use-command.ts';

/** The belt's constant, and one step of its firmware. */
const LEASE_AND_STEP_MS = 1000 + 10;
/** What a stop takes on a busy machine: the processes involved may wait for a processor. */
const STOP_MS = 2000;
/** Until a process of ours runs, on the same machine. */
const PROCESS_START_MS = 3000;

const inPlace = useCommand();

describe.concurrent('a session in one process', () => {
  it(
    'stop from another terminal: dark, confirmed, 3 there and 0 here',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve();
        const session = await place.startUntilLit();
        // The controller knows it a tick later than the truth.
        await waitFor('the status to say so', async () =>
          (await place.finish('status', '--json')).out.includes('"emission":true'),
        );
        const atMs = hostNowMs();
        const stop = await place.finish('stop');
        expect(stop).toMatchObject({
          exitCode: 0,
          out: expect.stringContaining('confirmed by the belt') as string,
        });
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(PROCESS_START_MS + STOP_MS);
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
    'the link lost while lit: dark, read back after reconnecting, 5',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve();
        const session = await place.startUntilLit();
        const atMs = hostNowMs();
        expect((await place.finish('sim', 'fault', '--socket', place.socket, 'link-drop')).exitCode).toBe(0);
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(PROCESS_START_MS);
        expect(await session.ended).toBe(5);
        expect(outcomeOf(session.out())).toMatchObject({ emissionOff: 'confirmed', exitCode: 5 });
      })(),
  );

  for (const state of ['countdown', 'paused'] as const) {
    it(
      `the link lost in ${state}: no light afterwards, and the session ends`,
      { timeout: TEST_MS },
      async ({ expect }) =>
        inPlace(async (place) => {
          await place.serve();
          const start = ['start', '--belt', `socket:${place.socket}`, '--yes', '--json'] as const;
          const session = state === 'paused' ? await place.startUntilLit() : place.run(...start);
          if (state === 'paused') expect((await place.finish('pause')).exitCode).toBe(0);
          await waitFor(state, () => session.out().includes(`"state":"${state}"`));
          await place.finish('sim', 'fault', '--socket', place.socket, 'link-drop');
          const lossHostMs = hostNowMs();
          expect([5, 7]).toContain(await session.ended);
          expect(place.truth().filter((line) => line.emission && line.hostMs > lossHostMs)).toEqual([]);
        })(),
    );
  }

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

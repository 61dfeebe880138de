// A locked belt and real processes: its person can light it, nobody else, and anybody can darken it. What they did is
// read from the truth file.
import { chmodSync, rmSync, statSync, truncateSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { keyFile, LABEL, pairedBelt, pairWith } from './locked-place.ts';
import { hostNowMs, outcomeOf } from './real-processes.ts';
import { TEST_MS, useCommand } from './use-command.ts';

const inPlace = useCommand();

/** A stop may wait for a processor, and for its own process to begin. */
const STOP_MS = 5000;

describe.concurrent('a belt and the person it is paired with', () => {
  it(
    'paired, started by its name, stopped by its name from another terminal: confirmed, 3 there and 0 here',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        expect(statSync(keyFile(place)).mode & 0o777).toBe(0o600);
        expect((await place.finish('belts')).out).toContain(`socket:${place.socket}`);
        const session = await place.startUntilLit('--belt', 'kitchen');
        expect((await place.finish('status', '--belt', 'kitchen', '--json')).out).toContain('"state"');
        const atMs = hostNowMs();
        expect(await place.finish('stop', '--belt', 'kitchen')).toMatchObject({
          exitCode: 0,
          out: expect.stringContaining('confirmed by the belt') as string,
        });
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(STOP_MS);
        expect(await session.ended).toBe(3);
        expect(outcomeOf(session.out())).toMatchObject({ outcome: 'stopped', emissionOff: 'confirmed' });
      })(),
  );

  it(
    'its address finds the key as well; dry run, detach and clear, too',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        const address = `socket:${place.socket}`;
        expect((await place.finish('start', '--belt', address, '--dry-run')).exitCode).toBe(0);
        expect((await place.finish('clear', '--belt', 'kitchen', '--yes')).exitCode).toBe(0);
        const begun = await place.finish('start', '--belt', 'kitchen', '--yes', '--detach');
        expect(begun.exitCode).toBe(0);
        expect((await place.finish('forget', 'kitchen')).exitCode).toBe(6);
        expect((await pairWith(place, LABEL)).err).toContain('a session runs');
        expect((await place.finish('stop', '--belt', address)).exitCode).toBe(0);
      })(),
  );

  it(
    'its controller killed: stop reads the darkness back sealed, 0',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        const session = await place.startUntilLit('--belt', 'kitchen');
        session.child.kill('SIGKILL');
        await session.ended;
        // Nobody named it here: the registration of the dead session leads there, and the key tells its name.
        const stopped = await place.finish('stop');
        expect(stopped).toMatchObject({
          exitCode: 0,
          out: 'Light off at kitchen, confirmed by the belt.\n',
        });
        expect(stopped.err).not.toContain('socket:');
        expect(place.truth().at(-1)?.emission).toBe(false);
      })(),
  );

  it(
    'its controller frozen: stop from another terminal goes past it, and the belt confirms it sealed, 0',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        const session = await place.startUntilLit('--belt', 'kitchen');
        session.child.kill('SIGSTOP');
        const atMs = hostNowMs();
        expect(await place.finish('stop', '--belt', 'kitchen')).toMatchObject({
          exitCode: 0,
          out: expect.stringContaining('confirmed by the belt') as string,
        });
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(STOP_MS);
        // The controller wakes up to a session that is over, and lights nothing.
        const lines = place.truth().filter((line) => line.emission).length;
        session.child.kill('SIGCONT');
        expect([3, 4]).toContain(await session.ended);
        expect(outcomeOf(session.out())).toMatchObject({ emissionOff: 'confirmed' });
        expect(place.truth().filter((line) => line.emission)).toHaveLength(lines);
        expect(place.truth().at(-1)?.emission).toBe(false);
      })(),
  );

  it(
    'who serves it reads on stderr, with the time, who came and paired, when it was lit and what darkened it',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        const served = await place.serve('--label', LABEL);
        await pairWith(place, LABEL);
        const session = await place.startUntilLit('--belt', 'kitchen');
        await place.finish('stop', '--belt', 'kitchen');
        await session.ended;
        await place.darkSinceHostMs();
        const told = served.err().matchAll(/^\d\d:\d\d:\d\d\.\d{3} (.*)$/gm);
        const words = [...told].map(([, line = '']) => line);
        for (const line of ['central 1 connected', 'paired with central 1, key 1 of the belt', 'light on'])
          expect(words.filter((other) => other === line)).toHaveLength(1);
        expect(words.indexOf('STOP: light off')).toBeGreaterThan(words.indexOf('light on'));
        expect(words).toContainEqual(expect.stringMatching(/^central 1 disconnected/));
        // What scripts read stays: where it is served, and its label.
        expect(served.out().trimEnd().split('\n')).toHaveLength(2);
        expect(served.err()).not.toContain(LABEL.slice(0, 9));
      })(),
  );
});

describe.concurrent('a belt and everybody else', () => {
  it(
    'without the key no light, in words, 6; with its name unknown, 2',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        const stranger = join(place.home, '..', 'stranger');
        const refused = await place.finishAs(
          stranger,
          'start',
          '--belt',
          `socket:${place.socket}`,
          '--yes',
          '--json',
        );
        expect(refused.exitCode).toBe(6);
        expect(outcomeOf(refused.out)).toMatchObject({
          outcome: 'refused',
          emissionOff: 'neverOn',
          exitCode: 6,
          message: expect.stringContaining(`laserbelt pair socket:${place.socket}`) as string,
        });
        expect((await place.finishAs(stranger, 'start', '--belt', 'kitchen', '--yes')).exitCode).toBe(2);
        expect(place.truth().some((line) => line.emission)).toBe(false);
      })(),
  );

  it(
    'a stranger’s stop darkens it at once, and claims no confirmation: 7, and says why',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        const session = await place.startUntilLit('--belt', 'kitchen');
        const atMs = hostNowMs();
        const stop = await place.finishAs(
          join(place.home, '..', 'stranger'),
          'stop',
          '--belt',
          `socket:${place.socket}`,
        );
        expect((await place.darkSinceHostMs()) - atMs).toBeLessThan(STOP_MS);
        expect(stop.exitCode).toBe(7);
        expect(stop.err).toContain('STOP was sent');
        expect(stop.err).toContain('no key for it here');
        // Its person's own controller confirms it.
        expect([3, 4]).toContain(await session.ended);
        expect(outcomeOf(session.out())).toMatchObject({ emissionOff: 'confirmed' });
      })(),
  );

  for (const [what, harm] of [
    ['torn', (path: string) => truncateSync(path, 40)],
    ['open to others', (path: string) => chmodSync(path, 0o644)],
    [
      'a pipe in its place',
      (path: string) => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      },
    ],
    ['in a folder open to others', (path: string) => chmodSync(join(path, '..'), 0o755)],
  ] as const) {
    it(
      `the key file ${what}: nothing lights and the file is named; STOP darkens all the same, 7`,
      { timeout: TEST_MS },
      async ({ expect }) =>
        inPlace(async (place) => {
          await pairedBelt(place);
          const session = await place.startUntilLit('--belt', 'kitchen');
          // Frozen, so that only the belt itself can be told.
          session.child.kill('SIGSTOP');
          harm(keyFile(place));
          const stop = await place.finish('stop', '--belt', 'kitchen');
          expect(stop.exitCode).toBe(7);
          expect(stop.err).toContain('STOP was sent');
          expect(stop.err).toContain('/keys');
          expect(place.truth().at(-1)?.emission).toBe(false);
          session.child.kill('SIGKILL');
          await session.ended;
          const lines = place.truth().filter((line) => line.emission).length;
          for (const belt of ['kitchen', `socket:${place.socket}`]) {
            const start = await place.finish('start', '--belt', belt, '--yes');
            expect([2, 6]).toContain(start.exitCode);
            expect(start.err + start.out).toContain('/keys');
          }
          expect(place.truth().filter((line) => line.emission)).toHaveLength(lines);
          expect(await place.finish('doctor')).toMatchObject({
            exitCode: 1,
            out: expect.stringMatching(/fail +key files/) as string,
          });
        })(),
    );
  }
});

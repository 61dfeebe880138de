// Pairing as people do it, in real processes: labels, windows, forgetting, factory reset.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { LABEL, lever, pairedBelt, pairWith, WRONG_LABEL } from './locked-place.ts';
import { outcomeOf, waitFor } from './real-processes.ts';
import type { Finished, Place } from './real-processes.ts';
import { TEST_MS, useCommand } from './use-command.ts';

const inPlace = useCommand();

/** After a restart of the belt: refusals that come from its being away are not what is tested. */
async function startUntilAnswered(place: Place, belt: string): Promise<Finished> {
  let last: Finished | undefined;
  await waitFor('the belt to be back', async () => {
    last = await place.finish('start', '--belt', belt, '--yes', '--json');
    return last.exitCode !== 5;
  });
  return last ?? { exitCode: NaN, out: '', err: '' };
}

describe.concurrent('pairing', () => {
  it(
    'a wrong label: 6, the same words each time, nothing kept; five close the window',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve('--label', LABEL);
        const said = new Set<string>();
        for (let count = 0; count < 5; count++) {
          const wrong = await pairWith(place, WRONG_LABEL);
          expect(wrong.exitCode).toBe(6);
          said.add(wrong.err);
        }
        expect([...said]).toEqual([expect.stringContaining('does not belong to the belt')]);
        expect((await place.finish('belts')).out).toContain('No belt is paired');
        expect(await pairWith(place, LABEL)).toMatchObject({
          exitCode: 6,
          err: expect.stringContaining('too many wrong labels') as string,
        });
        // The belt is not locked: nothing is half-paired.
        expect((await place.finish('start', '--belt', `socket:${place.socket}`, '--dry-run')).exitCode).toBe(
          0,
        );
        await lever(place, 'pairing-window');
        expect((await pairWith(place, LABEL)).exitCode).toBe(0);
      })(),
  );

  it(
    'a closed window: 6, and how to open it; then it pairs from a label file',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve('--label', LABEL);
        await lever(place, 'reboot');
        let closed: Finished | undefined;
        await waitFor('the belt to be back', async () => {
          closed = await pairWith(place, LABEL);
          return closed.exitCode !== 5;
        });
        expect(closed).toMatchObject({
          exitCode: 6,
          err: expect.stringContaining(
            `laserbelt sim fault --socket ${place.socket} pairing-window`,
          ) as string,
        });
        await lever(place, 'pairing-window');
        mkdirSync(place.home, { recursive: true });
        const file = join(place.home, 'label.txt');
        writeFileSync(file, `${LABEL.toLowerCase()}\n`);
        const pair = ['pair', `socket:${place.socket}`, '--label-file', file, '--name', 'kitchen', '--json'];
        expect(outcomeOf((await place.finish(...pair)).out)).toMatchObject({
          event: 'pair',
          isPaired: true,
          name: 'kitchen',
          exitCode: 0,
        });
      })(),
  );

  it(
    'forgotten: its name is gone and its address is refused; paired anew it lights',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        expect((await place.finish('forget', 'kitchen')).exitCode).toBe(0);
        expect((await place.finish('start', '--belt', 'kitchen', '--yes')).exitCode).toBe(2);
        const refused = await place.finish('start', '--belt', `socket:${place.socket}`, '--yes', '--json');
        expect(outcomeOf(refused.out)).toMatchObject({ outcome: 'refused', exitCode: 6 });
        await lever(place, 'pairing-window');
        expect((await pairWith(place, LABEL)).exitCode).toBe(0);
        const session = await place.startUntilLit('--belt', 'kitchen');
        session.child.kill('SIGTERM');
        expect(await session.ended).toBe(3);
      })(),
  );

  it(
    'factory reset: the old key is refused in words and never tried in the open; stop says 7; paired anew it opens',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        expect((await lever(place, 'factory-reset')).exitCode).toBe(0);
        const refused = await startUntilAnswered(place, 'kitchen');
        expect(refused.exitCode).toBe(6);
        expect(outcomeOf(refused.out)).toMatchObject({
          outcome: 'refused',
          emissionOff: 'neverOn',
          message: expect.stringContaining('does not know the key') as string,
        });
        expect(place.truth().some((line) => line.emission)).toBe(false);
        const stop = await place.finish('stop', '--belt', 'kitchen');
        expect(stop.exitCode).toBe(7);
        expect(stop.err).toContain('STOP was sent');
        await lever(place, 'pairing-window');
        expect((await pairWith(place, LABEL)).exitCode).toBe(0);
        expect((await place.finish('start', '--belt', 'kitchen', '--dry-run')).exitCode).toBe(0);
      })(),
  );

  it(
    'with nobody to ask for the label: 6; with a label for an address: 2',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve('--label', LABEL);
        expect((await place.finish('pair', `socket:${place.socket}`)).exitCode).toBe(6);
        expect((await place.finish('pair', LABEL)).exitCode).toBe(2);
        expect((await place.finish('pair', 'socket:/nonexistent/belt', '--label', LABEL)).exitCode).toBe(5);
        expect((await place.finish('pair', 'sim')).exitCode).toBe(0);
        const noLabel = await place.finish('sim', 'serve', '--socket', `${place.socket}2`, '--label', 'ABC');
        expect(noLabel.exitCode).toBe(2);
      })(),
  );
});

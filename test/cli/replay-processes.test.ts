// Recordings of real processes: a locked belt on a socket, real time, and a controller that is killed.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { keyFile, LABEL, LABEL_SECRET, lever, pairedBelt } from './locked-place.ts';
import { waitFor } from './real-processes.ts';
import { TEST_MS, useCommand } from './use-command.ts';

const inPlace = useCommand();
const PIECE_CHARACTERS = 8;

const spellingsOf = (bytes: Uint8Array): readonly string[] => [
  Buffer.from(bytes).toString('hex'),
  Buffer.from(bytes).toString('base64url'),
  Buffer.from(bytes).toString('base64'),
  [...bytes].join(','),
];
const piecesOf = (spellings: readonly string[]): readonly string[] =>
  spellings.flatMap((text) =>
    Array.from({ length: text.length - PIECE_CHARACTERS + 1 }, (_, at) =>
      text.slice(at, at + PIECE_CHARACTERS).toUpperCase(),
    ),
  );

describe.concurrent('a recording of a locked belt', () => {
  it(
    'stopped from another terminal: the same decisions, by a person who has no key, and no secret in the file',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        const file = join(place.home, '..', 'session.jsonl');
        const session = await place.startUntilLit('--belt', 'kitchen', '--record', file);
        await lever(place, 'contact-lost:zone=L2,for=300ms');
        await waitFor('a pause', () => session.out().includes('"state":"paused"'));
        await waitFor('resumed', async () => (await place.finish('resume')).exitCode === 0);
        await waitFor('light again', () => place.truth().at(-1)?.emission === true);
        expect((await place.finish('stop')).exitCode).toBe(0);
        expect(await session.ended).toBe(3);
        expect(statSync(file).mode & 0o777).toBe(0o600);

        const stranger = join(place.home, '..', 'stranger');
        const replayed = await place.finishAs(stranger, 'replay', file, '--json');
        expect(replayed).toMatchObject({ exitCode: 0, err: '' });
        expect(JSON.parse(replayed.out)).toMatchObject({
          isSame: true,
          isComplete: true,
          outcomes: [{ outcome: 'stopped', emissionOff: 'confirmed' }],
          ended: { outcome: 'stopped', exitCode: 3 },
        });
        expect(readdirSync(join(place.home, '..'))).not.toContain('stranger');

        const { longTermKey } = JSON.parse(readFileSync(keyFile(place), 'utf8')) as { longTermKey: string };
        const key = Uint8Array.from(Buffer.from(longTermKey, 'hex'));
        expect(key.length).toBe(32);
        const spellings = [
          LABEL,
          LABEL.replaceAll('-', ''),
          ...spellingsOf(LABEL_SECRET),
          ...spellingsOf(key),
        ];
        const text = readFileSync(file, 'utf8').toUpperCase();
        const pieces = piecesOf(spellings);
        expect(pieces.length).toBeGreaterThan(300);
        expect(pieces.filter((piece) => text.includes(piece))).toEqual([]);
        // The search does find what is there.
        expect(readFileSync(keyFile(place), 'utf8').toUpperCase()).toContain(piecesOf(spellingsOf(key))[0]);
      })(),
  );

  it(
    'whose controller was killed in the light: replayed to its last moment, and told as incomplete',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await pairedBelt(place);
        const file = join(place.home, '..', 'session.jsonl');
        const session = await place.startUntilLit('--belt', 'kitchen', '--record', file);
        await waitFor('two seconds of light on file', () => {
          const ticks = readFileSync(file, 'utf8').split('"state":"armed"').length;
          return ticks > 8;
        });
        session.child.kill('SIGKILL');
        await session.ended;
        const replayed = await place.finish('replay', file, '--json');
        expect(replayed).toMatchObject({ exitCode: 0, err: '' });
        expect(JSON.parse(replayed.out)).toMatchObject({ isSame: true, isComplete: false, outcomes: [] });
        const words = await place.finish('replay', file);
        expect(words.out).toContain('The recording is incomplete');
        // Leases went out, and they were decided again.
        expect(readFileSync(file, 'utf8')).toContain('"call":"belt.lease"');
      })(),
  );
});

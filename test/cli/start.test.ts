// `start` as a process, on the embedded belt and with what people get wrong.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { outcomeOf } from './real-processes.ts';
import { TEST_MS, useCommand } from './use-command.ts';

const inPlace = useCommand();

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
    [['start', 'home-20', '--sim', '--profile', 'home-mixed', '--dry-run'], 0, '670 nm'],
    [['start', '--sim', '--profile', 'home-mixd', '--dry-run'], 2, 'home-mixed'],
    [['start', '--sim', '--profile', './nowhere.json', '--dry-run'], 2, 'cannot read the belt profile'],
    [['start', '--belt', 'socket:/nonexistent/belt', '--profile', 'led-pad'], 2, '--profile'],
    [['start', '--belt', 'socket:/nonexistent/belt', '--keep-book'], 2, '--keep-book'],
    [['start', '--sim', '--yes', '--person', '\u200b'], 2, '--person'],
    [['start', '--sim', '--yes', '--person', ' '], 2, '--person'],
    [['sim', 'fault', '--socket', '/nonexistent/belt', 'link-drop'], 5, 'sim serve'],
    [['sim', 'serve', '--socket', '/nonexistent/belt', '--truth', '/nonexistent/truth'], 2, '--truth'],
    [['clear', '--belt', 'sim'], 0, 'nothing is latched'],
    [['clear'], 2, '--belt'],
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

// Every kind of file that is no recording, or was one: told with its line and in words, and nothing of it is used.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { HEADER, sealed } from './replay-rig.ts';
import { createFakeIo } from './support.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-replay-'));
  file = join(folder, 'session.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As the shipped command runs it: errors told, and the exit code. */
async function run(...args: readonly string[]) {
  const io = createFakeIo({ env: { LASERBELT_HOME: join(folder, 'elsewhere') } });
  const exitCode = await runProgram(args, io);
  const last = io.stdout().trimEnd().split('\n').at(-1) ?? '';
  const result = last.startsWith('{') ? (JSON.parse(last) as Readonly<Record<string, unknown>>) : {};
  return { exitCode, out: io.stdout(), err: io.stderr(), result };
}

describe('replay', () => {
  const valid = JSON.stringify(HEADER);
  const visit = '{"t":"visit","visit":"aa","screening":"full","planText":"no plan","nowMs":0}';
  const session = '{"t":"session","input":{"planName":"p","sessionTag":"00","address":"sim"},"nowMs":0}';
  const event = (words: string): string => `{"t":"event","event":{${words}},"nowMs":1}`;
  const WRONG: readonly (readonly [string, string, number, string])[] = [
    ['an empty file', '', 1, 'no whole line'],
    ['one that ends in its header', valid.slice(0, 20), 1, 'no whole line'],
    ['another file', 'laserbelt: 1\n', 1, 'this is no recording'],
    ['JSON of another kind', sealed(['{"a":1}']).join(''), 1, 'this is no recording'],
    [
      'a later version',
      sealed([valid.replace('"version":1', '"version":9')]).join(''),
      1,
      'version 9 are not known',
    ],
    [
      'a header without its facts',
      sealed([valid.replace('"at"', '"on"')]).join(''),
      1,
      'at: expected string',
    ],
    ['a line without its sum', `${sealed([valid]).join('')}{"t":"session"}\n`, 2, 'does not end in its sum'],
    ['bytes that are no text', `${sealed([valid]).join('')}\u0000\n`, 2, 'damaged'],
    ['no JSON', sealed([valid, '{"t":}']).join(''), 2, 'no JSON'],
    ['a list', sealed([valid, '[1]']).join(''), 2, 'changed'],
    ['an unknown line', sealed([valid, '{"t":"light","nowMs":0}']).join(''), 2, 'not a value that is known'],
    [
      'an event before a session',
      sealed([valid, event('"type":"operator.start","atMs":1')]).join(''),
      2,
      'before there is a session',
    ],
    [
      'an unknown event',
      sealed([valid, session, event('"type":"belt.burn","atMs":1')]).join(''),
      3,
      'event.type',
    ],
    [
      'a time that is none',
      sealed([valid, session, event('"type":"operator.start","atMs":{"#":"NaN"}')]).join(''),
      3,
      'event.atMs',
    ],
    [
      'a time beyond all bounds',
      sealed([valid, session, event('"type":"operator.start","atMs":1e300')]).join(''),
      3,
      'event.atMs: more than',
    ],
    [
      'a key too many',
      sealed([valid, session, event('"type":"operator.start","atMs":1,"key":1')]).join(''),
      3,
      'the key key is not known',
    ],
    [
      'a timer that was never set',
      sealed([valid, session, '{"t":"fired","timer":5,"nowMs":1}']).join(''),
      3,
      'timer 5',
    ],
    [
      'a decision before any input',
      sealed([valid, '{"t":"did","call":"belt.stop","with":[]}']).join(''),
      2,
      'a decision before',
    ],
    [
      'a key for no care step',
      sealed([valid, '{"t":"act","act":{"kind":"skip"},"nowMs":0}']).join(''),
      2,
      'care step',
    ],
    [
      'the end of no visit',
      sealed([valid, '{"t":"between","end":null,"nowMs":0}']).join(''),
      2,
      'never began',
    ],
    [
      'an input without its time',
      sealed([valid, session.replace(',"nowMs":0', '')]).join(''),
      2,
      'nowMs: expected number',
    ],
    [
      'a place that is none',
      sealed([valid, session, `${event('"type":"operator.start","atMs":1').slice(0, -1)},"during":-1}`]).join(
        '',
      ),
      3,
      'during',
    ],
    [
      'a line without an end',
      `${sealed([valid]).join('')}${'x'.repeat(1_200_000)}`,
      2,
      'a line of more than',
    ],
    [
      'deep brackets',
      sealed([valid, `{"t":${'['.repeat(50_000)}${']'.repeat(50_000)}}`]).join(''),
      2,
      'no JSON',
    ],
  ];
  it.each(WRONG)('%s is told with its line, 2', async (_name, text, line, words) => {
    writeFileSync(file, text);
    const { exitCode, err } = await run('replay', file);
    expect(err).toContain(`${file}:${line}: `);
    expect(err).toContain(words);
    expect(exitCode).toBe(2);
    const { result } = await run('replay', file, '--json');
    expect(result).toMatchObject({ event: 'replay.problem', line, exitCode: 2 });
  });

  it('bytes that are no UTF-8, a missing file and a folder are told, 2', async () => {
    writeFileSync(file, Buffer.from([0xff, 0xfe, 0x0a]));
    expect((await run('replay', file)).err).toContain('no text (UTF-8)');
    const missing = await run('replay', join(folder, 'none.jsonl'));
    expect(missing).toMatchObject({ exitCode: 2 });
    expect(missing.err).toContain('there is no such file');
    mkdirSync(join(folder, 'folder'));
    const inner = await run('replay', join(folder, 'folder'));
    expect(inner).toMatchObject({ exitCode: 2 });
    expect(inner.err).toContain('it is a folder');
    expect((await run('replay')).exitCode).toBe(2);
  });

  it('a plan that is not read any more is a decision that differs', async () => {
    writeFileSync(file, sealed([valid, visit]).join(''));
    const { exitCode, out } = await run('replay', file);
    expect(exitCode).toBe(6);
    expect(out).toContain('problems');
  });
});

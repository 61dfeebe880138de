// `replay <file>`: runs the controller over a recording and says whether it decides the same, bit for bit. No belt, no
// dose book, no light.
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import type { Io } from './io.ts';
import { createLineReader, readRecording, type LineProblem } from './replay-file.ts';
import { createReplay, type ReplayFound } from './replay-run.ts';
import { differenceWords } from './replay-words.ts';
import { roundMs, stampNow } from './stamp.ts';
import { printable } from './style.ts';
import { VERSION } from './version.ts';

export interface ReplayOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const MS_PER_S = 1000;
const seconds = (ms: number): string => (ms / MS_PER_S).toFixed(3);
const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function resultWords(file: string, found: ReplayFound, program: string): string {
  const by = program === VERSION ? '' : `, recorded with laserbelt ${printable(program)}`;
  const size = [
    plural(found.sessionCount, 'belt session'),
    `${seconds(found.durationMs)} s`,
    plural(found.inputCount, 'input'),
    plural(found.decisionCount, 'decision'),
  ].join(', ');
  const lines = [`${file}: the same decisions, bit for bit · ${size}${by}`];
  for (const [index, { outcome, exitCode, message }] of found.outcomes.entries())
    lines.push(`  session ${index + 1}: ${outcome} (exit code ${exitCode}): ${printable(message)}`);
  if (!found.isComplete)
    lines.push('  The recording is incomplete: it ends before its session did. What is there is the same.');
  return `${lines.join('\n')}\n`;
}

function tellDifference(file: string, found: ReplayFound, io: Io): void {
  const { difference } = found;
  if (difference === undefined) return;
  const where = `${file}:${difference.line}`;
  const atMs = seconds(difference.atMs - found.beganAtMs);
  const session = found.sessionCount === 0 ? 'before its first session' : `in session ${found.sessionCount}`;
  io.out(
    `${where}: ${atMs} s after its beginning, ${session}, the controller decides something else now.\n` +
      `${differenceWords(difference).map(printable).join('\n')}\n`,
  );
  io.err(`laserbelt: ${plural(found.decisionCount, 'decision')} before that are the same.\n`);
}

function tellProblem(file: string, { line, problem }: LineProblem, isJson: boolean, io: Io): ExitCode {
  if (isJson)
    io.out(
      `${JSON.stringify({ event: 'replay.problem', ...stampNow(), file, line, problem, exitCode: EXIT_CODE.usage })}\n`,
    );
  io.err(`${file}:${line}: ${printable(problem)}\n`);
  return EXIT_CODE.usage;
}

/** 0 the same; 6 when a decision differs; 2 when this is no recording, or was changed since. */
export async function replay(file: string, options: ReplayOptions, io: Io): Promise<ExitCode> {
  const isJson = options.json === true;
  const run = createReplay();
  const reader = createLineReader((line) => {
    const fed = run.feed(line);
    return fed.ok ? undefined : fed;
  });
  const read = await readRecording(file, reader);
  if (!read.ok) return tellProblem(file, read, isJson, io);
  const { header } = reader;
  if (header === undefined)
    return tellProblem(file, { line: 1, problem: 'there is no whole line in this file' }, isJson, io);
  const last = run.end();
  if (!last.ok) return tellProblem(file, last, isJson, io);
  const found = run.found();
  const isSame = found.difference === undefined;
  const exitCode = isSame ? EXIT_CODE.completed : EXIT_CODE.refused;
  if (isJson) {
    const { outcomes, ended, ...facts } = found;
    const durationMs = roundMs(facts.durationMs);
    const record = {
      ...facts,
      durationMs,
      difference: found.difference ?? null,
      isSame,
      isTorn: read.isTorn,
    };
    const ends = { outcomes, ended: ended ?? null, exitCode };
    const { program, at, planDigest } = header;
    io.out(
      `${JSON.stringify({ event: 'replay.result', ...stampNow(), file, recorded: { program, at, planDigest }, ...record, ...ends })}\n`,
    );
  } else if (!isSame) tellDifference(file, found, io);
  else if (options.quiet !== true) io.out(resultWords(file, found, header.program));
  return exitCode;
}

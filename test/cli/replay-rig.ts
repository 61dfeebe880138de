// Sessions of the rig on tape, and recordings run through the controller, both without a file.
import type { Clock } from '../../src/clock.ts';
import { createRecordedSession } from '../../src/cli/record-session.ts';
import { createTape, type Tape } from '../../src/cli/record-tape.ts';
import {
  lineOf,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  splitLine,
  sumOf,
} from '../../src/cli/recording-format.ts';
import { createLineReader, type LineProblem } from '../../src/cli/replay-file.ts';
import { createReplay, type ReplayFound } from '../../src/cli/replay-run.ts';
import { createRig, type Rig, type RigOptions } from '../session/support/rig.ts';

export const HEADER = {
  format: RECORDING_FORMAT,
  version: RECORDING_VERSION,
  program: '0.1.0',
  at: '2026-01-01T00:00:00.000Z',
  planDigest: null,
} as const;

export interface RecordedRig extends Rig {
  readonly lines: string[];
}

/** The session begins with the rig's own clock; everything of it is on the tape. */
export function createRecordedRig(options: RigOptions = {}): RecordedRig {
  const lines: string[] = [];
  let tape: Tape | undefined;
  const onTape = (clock: Clock): Tape =>
    (tape ??= createTape(HEADER, clock, (line) => void lines.push(line)));
  const rig = createRig({
    ...options,
    createSession: (input, ports, handlers) =>
      createRecordedSession(input, ports, handlers, onTape(ports.clock)),
  });
  return { ...rig, lines };
}

export type Replayed = { readonly found: ReplayFound; readonly problem: LineProblem | undefined };

/** Whole lines, each with its line feed. */
export function replayLines(lines: readonly string[]): Replayed {
  const replay = createReplay();
  const reader = createLineReader((line) => {
    const fed = replay.feed(line);
    return fed.ok ? undefined : fed;
  });
  for (const line of lines) {
    const problem = reader.line(Buffer.from(line.slice(0, -1), 'utf8'));
    if (problem !== undefined) return { found: replay.found(), problem };
  }
  const last = replay.end();
  return { found: replay.found(), problem: last.ok ? undefined : last };
}

/** The bodies of the lines, as they are without their sums. */
export const bodiesOf = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => splitLine(line.slice(0, -1))?.body ?? '');

/** Lines that carry right sums, whatever stands in them. */
export function sealed(bodies: readonly string[]): readonly string[] {
  let sum = '';
  return bodies.map((body) => {
    sum = sumOf(sum, body);
    return lineOf(body, sum);
  });
}

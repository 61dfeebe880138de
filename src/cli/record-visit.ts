// `start --record <file>`: a visit on tape, from the plan to its one outcome.
import { isoTime, type Clock } from '../clock.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import { createRecordFile } from './record-file.ts';
import { createTape, type Tape } from './record-tape.ts';
import { RECORDING_FORMAT, RECORDING_VERSION, visitFacts } from './recording-format.ts';
import type { StartRequest } from './start.ts';
import { VERSION } from './version.ts';
import type { VisitIdentity } from './visit-facts.ts';
import type { EndBetween } from './visit-outcome.ts';
import type { World } from './world.ts';

export interface Recording {
  /** From here on, what reaches the controller is kept. Once. */
  begin(clock: Clock): Tape;
  /** Nothing more reaches it. */
  close(): Promise<void>;
}

export interface RecordingRequest {
  readonly path: string;
  readonly request: StartRequest;
  readonly identity: VisitIdentity;
  readonly planText: string;
  readonly io: Io;
  readonly presenter: Presenter;
  readonly world: World;
}

/** Rejects with a usage error when the file cannot be begun; what goes wrong later is told, and the session goes on. */
export async function openRecording(wanted: RecordingRequest): Promise<Recording> {
  const { path, request, identity, planText, io, presenter, world } = wanted;
  const isForPeople = !request.isJson && !request.isQuiet;
  let isOver = false;
  const file = await createRecordFile(path, world.system, (detail) => {
    const words = `The recording has ended: ${detail}. ${isOver ? 'The session itself is not touched by that.' : 'The session goes on.'}`;
    if (isForPeople && !isOver) presenter.note(words);
    else io.err(`laserbelt: ${words}\n`);
  });
  return {
    begin(clock) {
      const header = {
        format: RECORDING_FORMAT,
        version: RECORDING_VERSION,
        program: VERSION,
        at: isoTime(world.wallClock.nowMs()),
        planDigest: identity.planDigest,
      } as const;
      const tape = createTape(header, clock, (line) => file.write(line));
      const { visit, screening } = identity;
      tape.take({ t: 'visit', visit, screening, planText }, () => undefined);
      return tape;
    },
    async close() {
      isOver = true;
      await file.close();
      if (!file.isBroken && isForPeople)
        io.err(`Recorded in ${path}; laserbelt replay runs the controller over it again.\n`);
    },
  };
}

/** The last lines: what the visit came to, without the words that hang on this machine and its calendar. */
export function recordEnd(
  tape: Tape | undefined,
  end: EndBetween | undefined,
  outcome: SessionOutcome,
): void {
  tape?.take({ t: 'between', end: end ?? null }, () =>
    tape.put({ t: 'ended', outcome: visitFacts(outcome) }),
  );
}

// What comes between a fresh link and the features that count: nothing on a belt that is not paired, a session set-up
// on one that is.
import { byteAt, toHex } from '../../protocol/bytes.ts';
import { decodeFeatures } from '../../protocol/documents.ts';
import { PROTOCOL_VERSION, type Features } from '../../protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { ConnectFailure, OperationOutcome } from '../transport/transport.ts';
import type { CommandLane } from './commands.ts';
import type { BeltLink } from './link.ts';

export interface GreetingPorts {
  readonly clock: Clock;
  /** Subscribed to the control point, nothing else. */
  readonly link: BeltLink;
  readonly lane: CommandLane;
}

export type GreetingResult<Failure> =
  | { readonly ok: true; readonly features: Features }
  | { readonly ok: false; readonly failure: Failure; readonly detail: string };

export interface Greeting {
  /** Ends in the function that it was made with, at most once; who began it bounds the time. */
  begin(): void;
  /** A frame that came before the greeting was over. */
  frame(type: number, bytes: Uint8Array, at: number, length: number): void;
  cancel(): void;
}

export type Greet<Failure> = (
  ports: GreetingPorts,
  ended: (result: GreetingResult<Failure>) => void,
) => Greeting;

/** Undefined for a link that is gone: its own end comes right behind, and knows why. */
export function failureOfOperation(
  what: string,
  outcome: OperationOutcome,
): { readonly ok: false; readonly failure: ConnectFailure; readonly detail: string } | undefined {
  if (outcome === 'disconnected') return undefined;
  return outcome === 'refused'
    ? { ok: false, failure: 'unsupported', detail: `the belt refused ${what}` }
    : { ok: false, failure: 'timedOut', detail: `${what} was not answered in time` };
}

function wordsOfFeatureProblem(bytes: Uint8Array, problem: string): string {
  if (problem !== 'version')
    return `what answers is not a laserbelt, or its features are damaged (${problem})`;
  const theirs = byteAt(bytes, 0);
  const older = theirs < PROTOCOL_VERSION.major ? 'the belt' : 'laserbelt';
  return `the belt speaks protocol ${theirs}, this program speaks ${PROTOCOL_VERSION.major}: update ${older}`;
}

export function resultOfFeatures(bytes: Uint8Array): GreetingResult<ConnectFailure> {
  const features = decodeFeatures(bytes);
  return features.ok
    ? { ok: true, features: features.value }
    : { ok: false, failure: 'unsupported', detail: wordsOfFeatureProblem(bytes, features.problem) };
}

/** Belt ids as 16 hexadecimal digits, each with the name that people know it by. */
export type LockedBelts = ReadonlyMap<string, string>;

type Failed = Extract<GreetingResult<ConnectFailure>, { readonly ok: false }>;
const notPaired = (detail: string): Failed => ({ ok: false, failure: 'notPaired', detail });

/** Who makes a paired belt look unpaired gains nothing: the belt itself takes no plain commands then. */
function refuseInTheOpen({ paired, beltId }: Features, locked: LockedBelts): Failed | undefined {
  if (paired) return notPaired('the belt is paired, and there is no key for it here');
  const name = locked.get(toHex(beltId));
  return name === undefined
    ? undefined
    : notPaired(
        `what answers says that it is ‘${name}’, which is paired here, yet it speaks in the open: it was reset to factory settings, or something imitates it`,
      );
}

/** For a belt that nobody is paired with, and none of `locked`: the features are what it says in the open. */
export const greetPlainly =
  (locked: LockedBelts): Greet<ConnectFailure> =>
  ({ link }, ended) => {
    let isOver = false;
    return {
      begin: () =>
        link.read('feature', (outcome, bytes) => {
          if (isOver) return;
          if (outcome !== 'done' || bytes === undefined) {
            const failure = failureOfOperation('reading the features', outcome);
            if (failure !== undefined) ended(failure);
            return;
          }
          const result = resultOfFeatures(bytes);
          ended((result.ok ? refuseInTheOpen(result.features, locked) : undefined) ?? result);
        }),
      frame: () => link.countBadFrame(),
      cancel: () => void (isOver = true),
    };
  };

// From an address to a link that can carry a session: connect, read the features, subscribe. A session is prepared
// only with every subscription in place, so that no answer and no tick can be missed.
import { byteAt } from '../../protocol/bytes.ts';
import { decodeFeatures } from '../../protocol/documents.ts';
import type { Envelope } from '../../protocol/envelope.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import { PROTOCOL_VERSION, type Features } from '../../protocol/messages.ts';
import type { Clock, TimerId } from '../clock.ts';
import type {
  Attempt,
  CloseReason,
  ConnectFailure,
  OperationOutcome,
  Transport,
} from '../transport/transport.ts';
import { createBeltLink, type BeltLink, type FrameHandler } from './link.ts';

export const OPEN_MAX_MS = 15_000;
/** Ticks last: from the first one on, everything that can answer is heard. */
const SUBSCRIPTIONS: readonly Characteristic[] = [
  'controlPoint',
  'events',
  'recordAccess',
  'recordData',
  'tick',
];

export interface OpeningOptions {
  readonly transport: Transport;
  readonly address: string;
  readonly clock: Clock;
  readonly createEnvelope: () => Envelope;
  /** Called once, as soon as the features are known and before anything can arrive: says who takes the frames. */
  readonly assemble: (link: BeltLink, features: Features) => FrameHandler;
}

export type OpeningResult =
  | { readonly ok: true; readonly features: Features }
  | { readonly ok: false; readonly failure: ConnectFailure; readonly detail: string };

export interface Opening {
  /** Ends in `ended`, exactly once, within OPEN_MAX_MS, unless cancelled. */
  begin(): void;
  /** Gives up and drops what there is of a link. */
  cancel(): void;
  /** STOP on a link that is half open. */
  stop(): void;
}

const FAILURE_OF_CLOSE: Readonly<Record<CloseReason, ConnectFailure>> = {
  closedByUs: 'timedOut',
  stopByDrop: 'timedOut',
  poisoned: 'timedOut',
  lost: 'timedOut',
  adapterOff: 'bluetoothOff',
  damaged: 'unsupported',
  refused: 'refused',
};

function wordsOfFeatureProblem(bytes: Uint8Array, problem: string): string {
  if (problem !== 'version')
    return `what answers is not a laserbelt, or its features are damaged (${problem})`;
  const theirs = byteAt(bytes, 0);
  const older = theirs < PROTOCOL_VERSION.major ? 'the belt' : 'laserbelt';
  return `the belt speaks protocol ${theirs}, this program speaks ${PROTOCOL_VERSION.major}: update ${older}`;
}

/** One attempt to open one belt; a new one is made for the next. */
export function createOpening(options: OpeningOptions, ended: (result: OpeningResult) => void): Opening {
  const { transport, address, clock, createEnvelope, assemble } = options;
  let state: 'running' | 'opened' | 'over' = 'running';
  let attempt: Attempt | undefined;
  let timer: TimerId | undefined;
  let link: BeltLink | undefined;
  let handler: FrameHandler | undefined;

  const letGo = (): void => {
    state = 'over';
    if (timer !== undefined) clock.clearTimeout(timer);
    attempt?.cancel();
    link?.close();
  };
  const fail = (failure: ConnectFailure, detail: string): void => {
    if (state !== 'running') return;
    letGo();
    ended({ ok: false, failure, detail });
  };
  const failOperation = (what: string, outcome: OperationOutcome): void => {
    // The link's own end comes right behind, and knows why.
    if (outcome === 'disconnected') return;
    if (outcome === 'refused') fail('unsupported', `the belt refused ${what}`);
    else fail('timedOut', `${what} was not answered in time`);
  };

  const subscribe = (features: Features, index: number): void => {
    const characteristic = SUBSCRIPTIONS[index];
    if (characteristic === undefined) {
      state = 'opened';
      if (timer !== undefined) clock.clearTimeout(timer);
      ended({ ok: true, features });
      return;
    }
    link?.subscribe(characteristic, (outcome) => {
      if (state !== 'running') return;
      if (outcome === 'done') subscribe(features, index + 1);
      else failOperation(`the subscription to ${characteristic}`, outcome);
    });
  };

  const readFeatures = (opened: BeltLink): void =>
    opened.read('feature', (outcome, bytes) => {
      if (state !== 'running') return;
      if (outcome !== 'done' || bytes === undefined) {
        failOperation('reading the features', outcome);
        return;
      }
      const features = decodeFeatures(bytes);
      if (!features.ok) {
        fail('unsupported', wordsOfFeatureProblem(bytes, features.problem));
        return;
      }
      handler = assemble(opened, features.value);
      subscribe(features.value, 0);
    });

  const frames: FrameHandler = {
    frame: (type, bytes, at, length) => handler?.frame(type, bytes, at, length),
    badFrame: (count) => handler?.badFrame(count),
    closed(reason, detail) {
      if (state === 'opened') handler?.closed(reason, detail);
      else fail(FAILURE_OF_CLOSE[reason], `the link was lost while it was opened: ${detail}`);
    },
  };

  return {
    begin() {
      timer = clock.setTimeout(() => fail('timedOut', 'the belt did not open in time'), OPEN_MAX_MS);
      attempt = transport.connect(
        address,
        (event) => link?.handle(event),
        (result) => {
          if (!result.ok) {
            fail(result.failure, result.detail);
            return;
          }
          link = createBeltLink({
            connection: result.connection,
            envelope: createEnvelope(),
            handler: frames,
          });
          if (state === 'running') readFeatures(link);
          else link.close();
        },
      );
    },
    cancel: () => letGo(),
    stop: () => link?.stop(),
  };
}

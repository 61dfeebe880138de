// From an address to a link that can carry a session: connect, greet, subscribe. A session is prepared only with every
// subscription in place, so that no answer and no tick can be missed.
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import type { Features } from '../../protocol/messages.ts';
import type { Clock, TimerId } from '../clock.ts';
import type { Attempt, CloseReason, ConnectFailure, Transport } from '../transport/transport.ts';
import { createCommandLane, type CommandLane } from './commands.ts';
import { failureOfOperation, type Greet, type Greeting, type GreetingResult } from './greeting.ts';
import { createBeltLink, type BeltLink, type FrameHandler } from './link.ts';

export const OPEN_MAX_MS = 15_000;
/** What a session listens to besides the control point. Ticks last: from the first one on, everything that can answer is heard. */
export const SESSION_SUBSCRIPTIONS: readonly Characteristic[] = [
  'events',
  'recordAccess',
  'recordData',
  'tick',
];

export interface OpenedLink {
  readonly link: BeltLink;
  /** One for the whole link: the ids of commands must go on where the greeting left them. */
  readonly lane: CommandLane;
  readonly features: Features;
}

export interface OpeningOptions<Failure> {
  readonly transport: Transport;
  readonly address: string;
  readonly clock: Clock;
  readonly maxMs: number;
  readonly greet: Greet<Failure>;
  readonly subscriptions: readonly Characteristic[];
  /** Called once, as soon as the features are known and before anything can arrive: says who takes the frames. */
  readonly assemble: (opened: OpenedLink) => FrameHandler;
}

export type OpeningResult<Failure = ConnectFailure> = GreetingResult<Failure | ConnectFailure>;

export interface Opening {
  /** Ends in `ended`, exactly once, within `maxMs`, unless cancelled. */
  begin(): void;
  /** Gives up and drops what there is of a link. */
  cancel(): void;
  /** STOP on a link that is half open; before there is one, it is the first thing that the link carries. */
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

/** One attempt to open one belt; a new one is made for the next. */
export function createOpening<Failure = ConnectFailure>(
  options: OpeningOptions<Failure>,
  ended: (result: OpeningResult<Failure>) => void,
): Opening {
  const { transport, address, clock, maxMs, greet, subscriptions, assemble } = options;
  let state: 'running' | 'opened' | 'over' = 'running';
  let isStopWanted = false;
  let attempt: Attempt | undefined;
  let timer: TimerId | undefined;
  let link: BeltLink | undefined;
  let lane: CommandLane | undefined;
  let greeting: Greeting | undefined;
  let handler: FrameHandler | undefined;

  const letGo = (): void => {
    state = 'over';
    if (timer !== undefined) clock.clearTimeout(timer);
    attempt?.cancel();
    greeting?.cancel();
    lane?.abandon();
    link?.close();
  };
  const fail = (result: Extract<OpeningResult<Failure>, { readonly ok: false }>): void => {
    if (state !== 'running') return;
    letGo();
    ended(result);
  };
  const failWith = (failure: ConnectFailure, detail: string): void => fail({ ok: false, failure, detail });

  const subscribe = (opened: BeltLink, characteristic: Characteristic, next: () => void): void =>
    opened.subscribe(characteristic, (outcome) => {
      if (state !== 'running') return;
      const failure =
        outcome === 'done' ? undefined : failureOfOperation(`the subscription to ${characteristic}`, outcome);
      if (outcome === 'done') next();
      else if (failure !== undefined) fail(failure);
    });

  const subscribeToRest = (opened: OpenedLink, index = 0): void => {
    const characteristic = subscriptions[index];
    if (characteristic !== undefined) {
      subscribe(opened.link, characteristic, () => subscribeToRest(opened, index + 1));
      return;
    }
    state = 'opened';
    if (timer !== undefined) clock.clearTimeout(timer);
    ended({ ok: true, features: opened.features });
  };

  const greetOn = (opened: BeltLink, commands: CommandLane): void => {
    greeting = greet({ clock, link: opened, lane: commands }, (result) => {
      if (state !== 'running') return;
      if (!result.ok) {
        fail(result);
        return;
      }
      const whole = { link: opened, lane: commands, features: result.features };
      handler = assemble(whole);
      subscribeToRest(whole);
    });
    greeting.begin();
  };

  const frames: FrameHandler = {
    frame: (type, bytes, at, length) => (handler ?? greeting)?.frame(type, bytes, at, length),
    badFrame: (count) => handler?.badFrame(count),
    closed(reason, detail) {
      if (state === 'opened') handler?.closed(reason, detail);
      else failWith(FAILURE_OF_CLOSE[reason], `the link was lost while it was opened: ${detail}`);
    },
  };

  return {
    begin() {
      timer = clock.setTimeout(() => failWith('timedOut', 'the belt did not open in time'), maxMs);
      attempt = transport.connect(
        address,
        (event) => link?.handle(event),
        (result) => {
          if (!result.ok) {
            failWith(result.failure, result.detail);
            return;
          }
          const opened = createBeltLink({
            connection: result.connection,
            envelope: createPlainEnvelope(),
            handler: frames,
          });
          link = opened;
          // Before anything that could fail: no key, no busy belt and no refusal keeps STOP from leaving.
          if (isStopWanted) opened.stop();
          if (state !== 'running') {
            opened.close();
            return;
          }
          const commands = (lane = createCommandLane({ clock, link: opened }));
          subscribe(opened, 'controlPoint', () => greetOn(opened, commands));
        },
      );
    },
    cancel: () => letGo(),
    stop() {
      isStopWanted = true;
      link?.stop();
    },
  };
}

// The belt port over any transport. Thin: whether there is a link, and which part takes the call.
import type { OpName } from '../../protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { Transport } from '../transport/transport.ts';
import type { BeltEvent, BeltPort } from './belt.ts';
import type { BeltCredentials } from './credentials.ts';
import { profileOf } from './conversions.ts';
import { createOpenBelt, type OpenBelt } from './open-belt.ts';
import { greetPlainly, type LockedBelts } from './greeting.ts';
import { createOpening, OPEN_MAX_MS, SESSION_SUBSCRIPTIONS, type Opening } from './opening.ts';
import { greetWithSession } from './session-greeting.ts';

/** Sticky events and a few ticks can come before the last subscription is in place; more is dropped. */
const HELD_MAX_COUNT = 64;

export interface GattBeltOptions {
  readonly transport: Transport;
  /** As an advert says it: `ble:…`, `socket:…`, `sim`. */
  readonly address: string;
  readonly clock: Clock;
  readonly onEvent: (event: BeltEvent) => void;
  /** Of a belt that is paired. With them the session is sealed or there is none: it never falls back to plain. */
  readonly credentials?: BeltCredentials | undefined;
  /** The belts that a key is kept for: none of them, at whatever address, is spoken to in the open. */
  readonly lockedBelts?: LockedBelts | undefined;
}

const NO_BELTS: LockedBelts = new Map();

type Phase =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening'; readonly opening: Opening }
  | { readonly kind: 'open'; readonly belt: OpenBelt };
const CLOSED: Phase = { kind: 'closed' };

/** Events may come within the call that causes them. After `belt.unreachable` or `link.lost` the belt may be opened again. */
export function createGattBelt(options: GattBeltOptions): BeltPort {
  const { transport, address, clock, onEvent, credentials, lockedBelts = NO_BELTS } = options;
  const greet = credentials === undefined ? greetPlainly(lockedBelts) : greetWithSession(credentials);
  let phase: Phase = CLOSED;
  let held: BeltEvent[] = [];

  const now = (): { readonly atMs: number } => ({ atMs: clock.nowMs() });

  /** Nothing is told of a belt before `belt.opened`, nor after `link.lost`. */
  const tell = (event: BeltEvent): void => {
    if (phase.kind === 'opening') {
      if (held.length < HELD_MAX_COUNT) held.push(event);
    } else if (phase.kind === 'open') {
      if (event.type === 'link.lost') phase = CLOSED;
      onEvent(event);
    }
  };

  const open = (): void => {
    if (phase.kind !== 'closed') return;
    held = [];
    let belt: OpenBelt | undefined;
    const opening = createOpening(
      {
        transport,
        address,
        clock,
        maxMs: OPEN_MAX_MS,
        greet,
        subscriptions: SESSION_SUBSCRIPTIONS,
        assemble: (opened) => (belt = createOpenBelt({ ...opened, clock, tell })),
      },
      (result) => {
        if (!result.ok || belt === undefined) {
          phase = CLOSED;
          const { failure, detail } = result.ok
            ? ({ failure: 'unsupported', detail: 'the belt has no features' } as const)
            : result;
          onEvent({ type: 'belt.unreachable', ...now(), failure, detail });
          return;
        }
        phase = { kind: 'open', belt };
        onEvent({ type: 'belt.opened', ...now(), profile: profileOf(result.features) });
        for (const event of held.splice(0)) tell(event);
      },
    );
    phase = { kind: 'opening', opening };
    opening.begin();
  };

  const notSent = (op: OpName): void =>
    onEvent({ type: 'belt.answered', ...now(), op, outcome: { kind: 'notSent' } });

  /** Runs on the open belt, or says that nothing was sent. */
  const command = (op: OpName, run: (belt: OpenBelt) => void): void => {
    if (phase.kind === 'open') run(phase.belt);
    else notSent(op);
  };

  return {
    open,
    prepare(prescription) {
      if (phase.kind === 'open') phase.belt.prepare(prescription);
      else
        onEvent({
          type: 'belt.prepared',
          ...now(),
          outcome: { kind: 'notSent' },
          sentDigest: '',
          decodedDigest: '',
        });
    },
    arm: (consent) => command('arm', (belt) => belt.arm(consent)),
    pause: () => command('pause', (belt) => belt.pause()),
    resume: (epoch) => command('resume', (belt) => belt.resume(epoch)),
    clear: () => command('clear', (belt) => belt.clear()),
    poll() {
      if (phase.kind === 'open') phase.belt.poll();
    },
    lease(request) {
      if (phase.kind === 'open') phase.belt.lease(request);
    },
    readRecord(sessionTag) {
      if (phase.kind === 'open') phase.belt.readRecord(sessionTag);
      else onEvent({ type: 'belt.record', ...now(), found: 'failed' });
    },
    stop() {
      if (phase.kind === 'open') phase.belt.stop();
      else if (phase.kind === 'opening') phase.opening.stop();
    },
    close() {
      if (phase.kind === 'open') {
        phase.belt.close();
      } else if (phase.kind === 'opening') {
        const { opening } = phase;
        phase = CLOSED;
        opening.cancel();
        onEvent({ type: 'link.lost', ...now(), reason: 'closedByUs', detail: 'closed while it was opened' });
      }
    },
  };
}

// Pairing over any transport: the label's secret becomes a long-term key, and a first session under it makes the belt
// keep it.
import { BELT_ID_BYTES, CONTROLLER_ID_BYTES } from '../../protocol/handshake-messages.ts';
import {
  createPairingController,
  LABEL_SECRET_BYTES,
  type ControllerPairing,
} from '../../protocol/pairing.ts';
import type { HandshakeFailure } from '../../protocol/exchange.ts';
import { FRAME } from '../../protocol/messages.ts';
import type { Clock } from '../clock.ts';
import { assert } from '../errors.ts';
import type { Attempt, ConnectFailure, Transport } from '../transport/transport.ts';
import type { BeltProfile } from './belt.ts';
import { profileOf } from './conversions.ts';
import type { RandomBytes } from './credentials.ts';
import type { Greet, Greeting, GreetingResult } from './greeting.ts';
import { createHandshakeRun, type HandshakeEnd } from './handshake-run.ts';
import type { BeltLink } from './link.ts';
import { createOpening, type OpeningResult } from './opening.ts';
import { greetWithSession } from './session-greeting.ts';

/** Connecting, two handshakes of 10 s at most, and the features. */
export const PAIRING_MAX_MS = 30_000;

export interface PairBeltOptions {
  readonly transport: Transport;
  /** As an advert says it: `ble:…`, `socket:…`, `sim`. */
  readonly address: string;
  readonly clock: Clock;
  /** 16 bytes, from `parseLabel` in protocol/label.ts. */
  readonly labelSecret: Uint8Array;
  /** 8 bytes, this controller's for life. */
  readonly controllerId: Uint8Array;
  readonly randomBytes: RandomBytes;
  /** 8 bytes; when given, any other belt that answers is refused. */
  readonly beltId?: Uint8Array | undefined;
  /**
   * Stores the key so that it lasts, then says `kept`, once: only then is the belt made to keep it, so that the belt
   * never trusts a key that its controller lacks. `kept(false)` ends the pairing as `notKept`. Only who stores no key
   * at all, since the belt goes when the program does, leaves it out.
   */
  readonly keepKey?: ((key: PairedKey, kept: (isKept: boolean) => void) => void) | undefined;
}

export interface PairedKey {
  /** 8 bytes, as the belt proved it. */
  readonly beltId: Uint8Array;
  /** 32 bytes. */
  readonly longTermKey: Uint8Array;
}

/** Why no pairing came about, beyond what keeps any link from being opened. */
export type PairingFailure =
  | ConnectFailure
  /** The belt's button was not pressed, or too long ago. */
  | 'windowClosed'
  | 'wrongLabel'
  | 'tooManyFailures'
  /** The belt keeps as many controllers as it can. */
  | 'full'
  /** A session is under way, or another pairing. */
  | 'busy'
  /** The belt cannot read its own keys: factory reset. */
  | 'storeDamaged'
  | 'versionMismatch'
  | 'wrongBelt'
  /** What came was no pairing message, or came out of turn. */
  | 'damaged'
  /** `keepKey` could not store the key. */
  | 'notKept'
  /** The link ended or the belt fell silent on the way. Pair again: it does no harm to an older pairing. */
  | 'interrupted';

export type PairingResult =
  | {
      readonly ok: true;
      readonly beltId: Uint8Array;
      readonly longTermKey: Uint8Array;
      /** From inside the first sealed session. */
      readonly profile: BeltProfile;
    }
  | { readonly ok: false; readonly failure: PairingFailure; readonly detail: string };

type Failed = Extract<PairingResult, { readonly ok: false }>;
const failed = (failure: PairingFailure, detail: string): Failed => ({ ok: false, failure, detail });

function wordsOfReason(reason: HandshakeFailure | 'silent' | 'notCarried'): Failed {
  switch (reason) {
    case 'windowClosed':
      return failed(reason, 'the pairing window of the belt is closed');
    case 'wrongProof':
      return failed('wrongLabel', 'the label does not belong to this belt, or was not read right');
    case 'tooManyFailures':
      return failed(reason, 'too many wrong labels: the belt has closed its pairing window');
    case 'full':
      return failed(reason, 'the belt is paired with as many controllers as it can keep');
    case 'busy':
      return failed(reason, 'the belt is busy with a session or another pairing');
    case 'storeDamaged':
      return failed(reason, 'the belt cannot read its keys: reset it to factory settings first');
    case 'versionMismatch':
      return failed(reason, 'belt and program have no protocol version in common: update the older');
    case 'wrongBelt':
      return failed(reason, 'another belt answers here than the one that was asked for');
    case 'silent':
    case 'notCarried':
      return failed('interrupted', 'the belt did not answer the pairing in time');
    case 'malformed':
    case 'unexpected':
    case 'notPaired':
      return failed('damaged', `what answers does not pair as a laserbelt does (${reason})`);
  }
}

const keptByCaller: NonNullable<PairBeltOptions['keepKey']> = (_key, kept) => kept(true);

/** The label first, then a session under the new key: the belt keeps a key for good only once it was used. */
const greetAndPair =
  (options: PairBeltOptions, onKey: (key: PairedKey) => void): Greet<PairingFailure> =>
  (ports, ended) => {
    const { controllerId, randomBytes, keepKey = keptByCaller } = options;
    let isOver = false;
    let session: Greeting | undefined;

    const enter = (result: GreetingResult<ConnectFailure>): void =>
      ended(
        result.ok
          ? result
          : failed('interrupted', `the belt did not take the new key into use (${result.detail})`),
      );
    const confirm = (key: PairedKey): void => {
      session = greetWithSession({ ...key, controllerId, randomBytes })(ports, enter);
      session.begin();
    };
    const keep = (end: HandshakeEnd<ControllerPairing>): void => {
      if (!end.ok) return ended(wordsOfReason(end.reason));
      const { beltId, longTermKey } = end.result;
      const key = { beltId, longTermKey };
      onKey(key);
      keepKey(key, (isKept) => {
        // Storing takes its time; the link may be gone by now.
        if (isOver || session !== undefined) return;
        if (isKept) confirm(key);
        else ended(failed('notKept', 'the new key could not be stored on this computer'));
      });
    };
    const handshake = createPairingController(options);
    const pairing = createHandshakeRun({ clock: ports.clock, link: ports.link, handshake }, keep);
    return {
      begin: () => pairing.begin(),
      frame(type, bytes, at, length) {
        if (session !== undefined) session.frame(type, bytes, at, length);
        else if (type === FRAME.handshake) pairing.segment(bytes, at, length);
        else ports.link.countBadFrame();
      },
      cancel() {
        isOver = true;
        pairing.cancel();
        session?.cancel();
      },
    };
  };

const ignored = (): void => {};

/** What ends a link that had come about is an interruption, whatever the link calls it. */
const isOfLink = (failure: PairingFailure): boolean => failure === 'timedOut' || failure === 'unsupported';

/**
 * Ends in `ended`, exactly once, within PAIRING_MAX_MS, unless cancelled; leaves no link open. The belt drops what an
 * interrupted pairing left when the same controller pairs again. Throws on secrets and ids of a wrong length: check what
 * comes from a person or a file before.
 */
export function pairBelt(options: PairBeltOptions, ended: (result: PairingResult) => void): Attempt {
  const { transport, address, clock, labelSecret, controllerId, beltId } = options;
  assert(labelSecret.length === LABEL_SECRET_BYTES, 'a label secret has 16 bytes');
  assert(controllerId.length === CONTROLLER_ID_BYTES, 'a controller id has 8 bytes');
  assert(beltId === undefined || beltId.length === BELT_ID_BYTES, 'a belt id has 8 bytes');
  let key: PairedKey | undefined;
  const greet = greetAndPair(options, (made) => void (key = made));
  let isGreeted = false;
  let link: BeltLink | undefined;
  const conclude = (result: OpeningResult<PairingFailure>): PairingResult => {
    if (result.ok) {
      assert(key !== undefined, 'features came before the key they were sealed with');
      return { ok: true, ...key, profile: profileOf(result.features) };
    }
    return isGreeted && isOfLink(result.failure) ? failed('interrupted', result.detail) : result;
  };
  const opening = createOpening<PairingFailure>(
    {
      transport,
      address,
      clock,
      maxMs: PAIRING_MAX_MS,
      subscriptions: [],
      greet(ports, told) {
        isGreeted = true;
        return greet(ports, told);
      },
      assemble(opened) {
        link = opened.link;
        return { frame: ignored, badFrame: ignored, closed: ignored };
      },
    },
    (result) => {
      link?.close();
      ended(conclude(result));
    },
  );
  opening.begin();
  return { cancel: () => opening.cancel() };
}

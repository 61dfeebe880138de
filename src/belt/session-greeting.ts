// The greeting of a belt that this controller is paired with: a session of its own, then everything sealed, the
// features first. What the belt says in the open is not even read.
import { LONG_TERM_KEY_BYTES, type HandshakeFailure } from '../../protocol/exchange.ts';
import { equalInConstantTime } from '../../protocol/handshake.ts';
import { BELT_ID_BYTES, CONTROLLER_ID_BYTES } from '../../protocol/handshake-messages.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createSealedEnvelope } from '../../protocol/sealing.ts';
import { createSessionController, type ControllerSession } from '../../protocol/session-setup.ts';
import type { ConnectFailure } from '../transport/transport.ts';
import type { CommandOutcome } from './belt.ts';
import type { BeltCredentials } from './credentials.ts';
import { resultOfFeatures, type Greet, type Greeting, type GreetingResult } from './greeting.ts';
import { createHandshakeRun, type HandshakeEnd, type HandshakeRun } from './handshake-run.ts';

type Failed = Extract<GreetingResult<ConnectFailure>, { readonly ok: false }>;
const failed = (failure: ConnectFailure, detail: string): Failed => ({ ok: false, failure, detail });

/**
 * In words for people. A refusal comes in the open, so that anybody can forge one: it ends this attempt, and changes
 * nothing else. All that is wrong with a key is told alike.
 */
function wordsOfReason(reason: HandshakeFailure | 'silent' | 'notCarried'): Failed {
  switch (reason) {
    case 'notPaired':
    case 'wrongProof':
      return failed('notPaired', 'the belt does not know the key that this computer has for it');
    case 'wrongBelt':
      return failed('notPaired', 'another belt answers here than the one that was paired');
    case 'storeDamaged':
      return failed('notPaired', 'the belt cannot read its keys: reset it to factory settings first');
    case 'busy':
      return failed('refused', 'the belt is busy with another controller');
    case 'versionMismatch':
      return failed('unsupported', 'belt and program have no protocol version in common: update the older');
    case 'silent':
      return failed('timedOut', 'the belt did not set up a session in time');
    case 'notCarried':
      return failed('timedOut', 'the set-up of the session was not answered in time');
    case 'malformed':
    case 'unexpected':
    case 'windowClosed':
    case 'full':
    case 'tooManyFailures':
      return failed('unsupported', `what answers does not set up sessions as a laserbelt does (${reason})`);
  }
}

/** What a damaged store could hand in. */
const isWhole = ({ controllerId, beltId, longTermKey }: BeltCredentials): boolean =>
  controllerId.length === CONTROLLER_ID_BYTES &&
  beltId.length === BELT_ID_BYTES &&
  longTermKey.length === LONG_TERM_KEY_BYTES;

function resultOfAnswer(
  outcome: CommandOutcome,
  operand: Uint8Array,
  beltId: Uint8Array,
): GreetingResult<ConnectFailure> {
  switch (outcome.kind) {
    case 'acknowledged': {
      const result = resultOfFeatures(operand);
      return result.ok && !equalInConstantTime(result.features.beltId, beltId)
        ? failed('unsupported', 'the belt gives itself another name than the one it proved')
        : result;
    }
    case 'rejected':
      return failed('unsupported', `the belt does not tell its features (${outcome.code})`);
    case 'notSent':
    case 'unknown':
      return failed('timedOut', 'asking for the features was not answered in time');
  }
}

/**
 * After a pairing whose last message was lost a belt has two keys of one controller, and tries the other one when the
 * first gave a wrong proof.
 */
const EXCHANGE_MAX_COUNT = 2;

const REFUSED_HERE: Failed = failed('notPaired', 'the stored key of this belt is damaged');

/** Ends in features that came sealed, with the link sealed from then on, or in a failure; never in anything plain. */
export const greetWithSession =
  (credentials: BeltCredentials): Greet<ConnectFailure> =>
  ({ clock, link, lane }, ended): Greeting => {
    let isOver = false;
    let exchangeCount = 0;
    let run: HandshakeRun | undefined;

    const end = (result: GreetingResult<ConnectFailure>): void => {
      if (isOver) return;
      isOver = true;
      ended(result);
    };
    const enter = (how: HandshakeEnd<ControllerSession>): void => {
      if (!how.ok) {
        if (how.reason === 'wrongProof' && exchangeCount < EXCHANGE_MAX_COUNT) exchange();
        else end(wordsOfReason(how.reason));
        return;
      }
      const { keys, beltId } = how.result;
      link.seal(createSealedEnvelope(keys, 'controller'));
      lane.send('features', new Uint8Array(0), (outcome, operand) =>
        end(resultOfAnswer(outcome, operand, beltId)),
      );
    };

    const exchange = (): void => {
      exchangeCount += 1;
      run = createHandshakeRun({ clock, link, handshake: createSessionController(credentials) }, enter);
      run.begin();
    };

    return {
      begin: () => (isWhole(credentials) ? exchange() : end(REFUSED_HERE)),
      frame(type, bytes, at, length) {
        if (type === FRAME.answer) lane.answerSegment(bytes, at, length);
        else if (type === FRAME.handshake && !link.isSealed) run?.segment(bytes, at, length);
        else link.countBadFrame();
      },
      cancel() {
        isOver = true;
        run?.cancel();
      },
    };
  };

// Why a pairing did not come about, for people: what is wrong, and what to do next. All labels that do not fit are told
// alike, and no words hold anything of a label or a key.
import type { PairingFailure } from '../belt/pairing.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { explainUnreachable } from './transports.ts';

export interface PairingWords {
  readonly message: string;
  readonly exitCode: ExitCode;
}

const refused = (message: string): PairingWords => ({ message, exitCode: EXIT_CODE.refused });

const openWindow = (address: string): string =>
  address.startsWith('socket:')
    ? `Open it, then pair within 60 s: laserbelt sim fault --socket ${address.slice('socket:'.length)} pairing-window`
    : 'Open it on the belt, then pair within 60 s: hold its button until the indicator blinks.';

/** @param name under which this computer knows a belt already, at this address or by the name that was asked for */
export function explainPairing(
  address: string,
  failure: PairingFailure,
  detail: string,
  name: string | undefined,
): PairingWords {
  switch (failure) {
    case 'windowClosed':
      return refused(`Not paired: the belt’s pairing window is closed. ${openWindow(address)}`);
    case 'wrongLabel':
      return refused(
        'Not paired: this label does not belong to the belt at that address. Read it again, and look whether it is the right belt.',
      );
    case 'tooManyFailures':
      return refused(
        `Not paired: too many wrong labels, so the belt has closed its pairing window. ${openWindow(address)}`,
      );
    case 'full':
      return refused(
        'Not paired: the belt is paired with as many controllers as it can keep. A factory reset of the belt makes room.',
      );
    case 'busy':
      return refused('Not paired: the belt is busy with a session or another pairing. End it, then pair.');
    case 'storeDamaged':
      return refused(
        'Not paired: the belt cannot read its own keys. Reset it to factory settings, then pair.',
      );
    case 'wrongBelt':
      return refused(
        `Not paired: another belt answers at ${address} than the one that is paired as ${name ?? 'asked for'}. ` +
          (name === undefined ? '' : `If that is right: laserbelt forget ${name}, then pair again.`),
      );
    case 'versionMismatch':
      return refused(
        'Not paired: belt and program have no protocol version in common. Update the older one.',
      );
    case 'notPaired':
      return refused(`Not paired: ${detail}. Open the pairing window and try again.`);
    case 'notKept':
      return refused(`Not paired: ${detail}. laserbelt doctor says more.`);
    case 'damaged':
    case 'interrupted':
      return {
        message: `Not paired: ${detail}. Come nearer and pair again.`,
        exitCode: EXIT_CODE.beltUnreachable,
      };
    default:
      return {
        message: explainUnreachable(address, failure, detail),
        exitCode: EXIT_CODE.beltUnreachable,
      };
  }
}

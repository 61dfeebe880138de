// The transport of a belt's address, loaded when it is used and not before.
import type { Clock } from '../clock.ts';
import { assertNever } from '../errors.ts';
import type { ConnectFailure, Transport } from '../transport/transport.ts';
import type { BeltAddress } from './addresses.ts';

/** For belts outside this process; the embedded one comes with its own clock. */
export async function createOuterTransport(
  scheme: Exclude<BeltAddress['scheme'], 'sim'>,
  clock: Clock,
): Promise<Transport> {
  switch (scheme) {
    case 'socket': {
      const { createSocketTransport } = await import('../transport/socket.ts');
      return createSocketTransport({ clock });
    }
    case 'ble': {
      const { createNobleTransport } = await import('../transport/noble.ts');
      return createNobleTransport({ clock });
    }
    default:
      return assertNever(scheme);
  }
}

/** What is wrong, and the command that mends it: for `start`, `scan`, `stop` and `doctor` alike. */
export interface FailureWords {
  readonly problem: string;
  readonly remedy: string;
}

export function describeConnectFailure(failure: ConnectFailure): FailureWords {
  switch (failure) {
    case 'noSuchBelt':
      return {
        problem: 'no such belt in reach',
        remedy: 'Switch it on, come nearer, and look with: laserbelt scan',
      };
    case 'timedOut':
      return {
        problem: 'the belt did not answer in time',
        remedy: 'Come nearer, or switch the belt off and on, then try again.',
      };
    case 'refused':
      return {
        problem: 'the belt refused the connection',
        remedy: 'Another controller may hold it: laserbelt status here, or close the other one.',
      };
    case 'noAdapter':
      return {
        problem: 'this machine has no Bluetooth adapter (or this container cannot see it)',
        remedy: 'Plug one in and look with: bluetoothctl list. Without one, try: laserbelt start --sim',
      };
    case 'noPermission':
      return {
        problem: 'this user may not use the Bluetooth adapter',
        remedy:
          process.platform === 'darwin'
            ? 'Allow the terminal under System Settings, Privacy & Security, Bluetooth.'
            : 'sudo setcap cap_net_raw+eip $(readlink -f $(which node))',
      };
    case 'bluetoothOff':
      return {
        problem: 'Bluetooth is switched off',
        remedy: 'sudo rfkill unblock bluetooth && bluetoothctl power on',
      };
    case 'moduleMissing':
      return {
        problem: 'the Bluetooth module (noble) is not installed',
        remedy: 'npm install @abandonware/noble@1.9.2-26   (beside laserbelt; needs a C++ compiler and make)',
      };
    case 'moduleBroken':
      return {
        problem: 'the Bluetooth module (noble) is installed but does not load',
        remedy:
          'sudo apt-get install -y build-essential python3 && npm rebuild @abandonware/bluetooth-hci-socket',
      };
    case 'notPaired':
      return {
        problem: 'this belt and this computer are not paired, or no longer',
        remedy: 'Open the belt’s pairing window, then run: laserbelt pair',
      };
    case 'unsupported':
      return {
        problem: 'this machine’s Bluetooth, or this belt, is of a kind laserbelt cannot use',
        remedy: 'A Bluetooth 4.0 adapter and a belt of this protocol are needed: laserbelt doctor',
      };
    default:
      return assertNever(failure);
  }
}

/** One or two sentences for one belt: which of the failures it is, and what mends it. */
export function explainUnreachable(address: string, failure: ConnectFailure, detail: string): string {
  // The socket's own words say what is missing and how to make it.
  if (address.startsWith('socket:') && (failure === 'noSuchBelt' || failure === 'refused')) {
    return `No simulated belt can be reached: ${detail}.`;
  }
  if (failure === 'notPaired')
    return `Not paired: ${detail}. Open the belt’s pairing window, then run: laserbelt pair ${address}`;
  const { problem, remedy } = describeConnectFailure(failure);
  return `The belt cannot be reached: ${problem} (${detail}). ${remedy}`;
}

// The other end of a transport under test: a peripheral that answers, keeps silent, refuses, answers late or drops the
// link as a test says. Every harness serves this one peer over its own medium.
import type {
  AttResult,
  CentralHandlers,
  Characteristic,
  Peripheral,
  PeripheralLink,
  WriteMode,
} from '../../../protocol/gatt.ts';

export interface Received {
  readonly characteristic: Characteristic;
  readonly bytes: Uint8Array;
  readonly mode: WriteMode;
}

export type PeerMood = 'answers' | 'silent' | 'refuses';

export interface ScriptedPeer extends Peripheral {
  mood: PeerMood;
  /** What a read gives. */
  readValue: Uint8Array;
  /** All writes, in order of arrival. */
  readonly received: readonly Received[];
  readonly subscribed: readonly Characteristic[];
  readonly connectionCount: number;
  readonly isConnected: boolean;
  /** Requests that came while silent and are still unanswered. */
  readonly withheldCount: number;
  /** Answers all of them now; it may be late. */
  answerWithheld(): void;
  /** Answers the one that waits longest. */
  answerOldestWithheld(): void;
  notify(characteristic: Characteristic, bytes: Uint8Array): void;
  /** The link goes down from this side. */
  drop(): void;
}

/** ATT "unlikely error": one that no stack treats in a way of its own. */
const REFUSAL: AttResult = { ok: false, attError: 0x0e };

export function createScriptedPeer(): ScriptedPeer {
  const received: Received[] = [];
  const subscribed: Characteristic[] = [];
  const withheld: (() => void)[] = [];
  const centrals = new Set<CentralHandlers>();
  let connectionCount = 0;

  const respond = (done: (result: AttResult) => void, result: () => AttResult): void => {
    if (peer.mood === 'silent') withheld.push(() => done(result()));
    else done(peer.mood === 'refuses' ? REFUSAL : result());
  };

  const connect = (central: CentralHandlers): PeripheralLink => {
    centrals.add(central);
    connectionCount++;
    return {
      read: (_characteristic, done) => respond(done, () => ({ ok: true, bytes: peer.readValue })),
      write(characteristic, bytes, mode, done) {
        received.push({ characteristic, bytes: bytes.slice(), mode });
        if (mode === 'withResponse') respond(done, () => ({ ok: true }));
      },
      subscribe: (characteristic, _wanted, done) =>
        respond(done, () => {
          subscribed.push(characteristic);
          return { ok: true };
        }),
      disconnect: () => void centrals.delete(central),
    };
  };

  const peer: ScriptedPeer = {
    mood: 'answers',
    readValue: Uint8Array.of(1, 2, 3),
    received,
    subscribed,
    get connectionCount() {
      return connectionCount;
    },
    get isConnected() {
      return centrals.size > 0;
    },
    get withheldCount() {
      return withheld.length;
    },
    connect,
    answerWithheld() {
      for (const answer of withheld.splice(0)) answer();
    },
    answerOldestWithheld: () => withheld.shift()?.(),
    notify(characteristic, bytes) {
      for (const central of centrals) central.value(characteristic, bytes);
    },
    drop() {
      const gone = [...centrals];
      centrals.clear();
      for (const central of gone) central.disconnected('dropped by the peer');
    },
  };
  return peer;
}

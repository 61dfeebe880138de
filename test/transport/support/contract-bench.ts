// What the suites of the transport contract share: the harness that each transport brings, and a bench with an open
// connection and everything that came over it.
import { expect } from 'vitest';
import {
  TRANSPORT_TIMEOUT_MS,
  type Connection,
  type ConnectionEvent,
  type ConnectResult,
  type Operation,
  type OperationOutcome,
  type Transport,
} from '../../../src/transport/transport.ts';
import { createScriptedPeer, type ScriptedPeer } from './scripted-peer.ts';

/** One transport, with the suite's peer at the far end of its medium. A fresh one for every test. */
export interface ContractHarness {
  readonly transport: Transport;
  /** Where the peer is. */
  readonly address: string;
  /** The same kind of address, with nothing there. */
  readonly emptyAddress: string;
  /** Until everything under way has arrived, as far as it can without time passing. */
  settle(): Promise<void>;
  /** Time on the transport's clock, virtual or real, and then `settle`. */
  advance(durationMs: number): Promise<void>;
  /** Whatever must not grow with the number of operations: listeners on the stack, timers on the clock. */
  listenerCount(): number;
  /** What the stack makes of an ATT error. Some never say; the bound then ends it. */
  readonly refusedWriteBecomes: 'refused' | 'timedOut';
  dispose(): Promise<void>;
}

export type CreateHarness = (peer: ScriptedPeer) => Promise<ContractHarness>;

export const WRITE = {
  kind: 'write',
  characteristic: 'controlPoint',
  bytes: Uint8Array.of(7, 7, 7),
} as const satisfies Operation;
export const READ: Operation = { kind: 'read', characteristic: 'feature' };
export const SUBSCRIBE: Operation = { kind: 'subscribe', characteristic: 'tick' };

type Settled = Extract<ConnectionEvent, { readonly type: 'operation.settled' }>;

/** What came over one connection. Bytes are copied: they were only valid during the call. */
export interface Log {
  readonly connection: Connection;
  readonly events: ConnectionEvent[];
  settled(): Settled[];
  /** Id and outcome of each settlement, in order. */
  outcomes(): (readonly [number, OperationOutcome])[];
  closings(): ConnectionEvent[];
}

export interface Bench extends Log {
  readonly peer: ScriptedPeer;
  readonly harness: ContractHarness;
  /** Bytes of the writes that reached the peer there. */
  writesTo(characteristic: string): number[][];
  /** Another connection to the same peer. */
  open(): Promise<Log>;
}

const copyOf = (event: ConnectionEvent): ConnectionEvent =>
  'bytes' in event && event.bytes !== undefined ? { ...event, bytes: event.bytes.slice() } : event;

export async function connectTo(
  harness: ContractHarness,
  address: string,
  onEvent: (event: ConnectionEvent) => void,
): Promise<ConnectResult> {
  let result: ConnectResult | undefined;
  let doneCount = 0;
  harness.transport.connect(address, onEvent, (told) => {
    result = told;
    doneCount++;
  });
  // Most of them come about at once; the rest within the bound.
  await harness.settle();
  for (let waitedMs = 0; result === undefined && waitedMs <= TRANSPORT_TIMEOUT_MS.connect; waitedMs += 50)
    await harness.advance(50);
  expect(doneCount).toBe(1);
  return result!;
}

async function open(harness: ContractHarness): Promise<Log> {
  const events: ConnectionEvent[] = [];
  const result = await connectTo(harness, harness.address, (event) => events.push(copyOf(event)));
  if (!result.ok) throw new Error(`no connection: ${result.failure}, ${result.detail}`);
  const settled = (): Settled[] =>
    events.filter((event): event is Settled => event.type === 'operation.settled');
  return {
    connection: result.connection,
    events,
    settled,
    outcomes: () => settled().map(({ id, outcome }) => [id, outcome] as const),
    closings: () => events.filter((event) => event.type === 'closed'),
  };
}

export async function createBench(createHarness: CreateHarness): Promise<Bench> {
  const peer = createScriptedPeer();
  const harness = await createHarness(peer);
  return {
    ...(await open(harness)),
    peer,
    harness,
    writesTo: (characteristic) =>
      peer.received
        .filter((write) => write.characteristic === characteristic)
        .map((write) => [...write.bytes]),
    open: () => open(harness),
  };
}

// STOP leaves first: before the key is known, whatever becomes of the link and whatever the belt answers afterwards.
import { describe, expect, it } from 'vitest';
import { connectAndStop } from '../../src/cli/stop-first.ts';
import type { Attempt, ConnectionEvent, ConnectResult, Transport } from '../../src/transport/transport.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Bench {
  readonly log: string[];
  readonly transport: Transport;
  connected(): void;
  failed(): void;
  emit(event: ConnectionEvent): void;
}

function bench(): Bench {
  const log: string[] = [];
  let onEvent: (event: ConnectionEvent) => void = () => undefined;
  let done: (result: ConnectResult) => void = () => undefined;
  return {
    log,
    transport: {
      connect(address, told, ended): Attempt {
        log.push(`connect ${address}`);
        onEvent = told;
        done = ended;
        return { cancel: () => void log.push('cancel') };
      },
      scan: () => ({ cancel: () => undefined }),
      dispose: () => void log.push('dispose'),
    },
    connected: () =>
      done({
        ok: true,
        connection: {
          isOpen: true,
          submit: (_id, { kind }) => void log.push(kind),
          sendLease: () => void log.push('lease'),
          stopNow: () => void log.push('STOP'),
          close: () => void log.push('close'),
        },
      }),
    failed: () => done({ ok: false, failure: 'noSuchBelt', detail: 'nobody there' }),
    emit: (event) => onEvent(event),
  };
}

const CLOSED: ConnectionEvent = { type: 'closed', reason: 'lost', detail: 'gone' };

describe('a link whose first bytes are STOP', () => {
  it('connects at once and stops at once, though nobody has taken the link', async () => {
    const { log, transport, connected } = bench();
    const stopFirst = connectAndStop(transport, 'socket:/b');
    expect(log).toEqual(['connect socket:/b']);
    expect(stopFirst.wasSent()).toBe(false);
    connected();
    expect(log).toEqual(['connect socket:/b', 'STOP']);
    expect(stopFirst.wasSent()).toBe(true);
    await turn();
    expect(log).toHaveLength(2);
  });

  it.each([
    ['taken before it has come about', true],
    ['taken afterwards', false],
  ])('%s: STOP is first, the taker is told once, later events follow', async (_when, isEarly) => {
    const { log, transport, connected, emit } = bench();
    const { transport: handed } = connectAndStop(transport, 'socket:/b');
    if (!isEarly) connected();
    const take = (): Attempt =>
      handed.connect(
        'socket:/b',
        (event) => void log.push(event.type),
        (result) => {
          log.push(result.ok ? 'taken' : 'failed');
          if (result.ok) result.connection.submit(1, { kind: 'read', characteristic: 'feature' });
        },
      );
    take();
    if (isEarly) connected();
    await turn();
    emit(CLOSED);
    expect(log).toEqual(['connect socket:/b', 'STOP', 'taken', 'read', 'closed']);
  });

  it('a link that ends before it is taken: the taker hears of both', async () => {
    const { log, transport, connected, emit } = bench();
    const stopFirst = connectAndStop(transport, 'socket:/b');
    connected();
    emit(CLOSED);
    stopFirst.transport.connect(
      'socket:/b',
      (event) => void log.push(event.type),
      (result) => void log.push(result.ok ? 'taken' : 'failed'),
    );
    await turn();
    expect(log).toEqual(['connect socket:/b', 'STOP', 'taken', 'closed']);
    expect(stopFirst.wasSent()).toBe(true);
  });

  it('no link: nothing was sent, and the taker is told why', async () => {
    const { log, transport, failed } = bench();
    const stopFirst = connectAndStop(transport, 'socket:/b');
    failed();
    stopFirst.transport.connect(
      'socket:/b',
      () => undefined,
      (result) => void log.push(result.ok ? 'taken' : result.detail),
    );
    await turn();
    expect(log).toEqual(['connect socket:/b', 'nobody there']);
    expect(stopFirst.wasSent()).toBe(false);
  });

  it('given up before it comes about, or before it is handed: dropped, and nobody is told', async () => {
    const early = bench();
    connectAndStop(early.transport, 'socket:/b')
      .transport.connect(
        'socket:/b',
        () => undefined,
        () => void early.log.push('told'),
      )
      .cancel();
    expect(early.log).toEqual(['connect socket:/b', 'cancel']);
    const late = bench();
    const stopFirst = connectAndStop(late.transport, 'socket:/b');
    late.connected();
    stopFirst.transport
      .connect(
        'socket:/b',
        () => undefined,
        () => void late.log.push('told'),
      )
      .cancel();
    await turn();
    expect(late.log).toEqual(['connect socket:/b', 'STOP', 'close']);
  });
});

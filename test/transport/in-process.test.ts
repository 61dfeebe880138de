import { createInProcessTransport } from '../../src/transport/in-process.ts';
import { describeTransportContract } from './contract.ts';
import { createCountingClock } from './support/counting-clock.ts';

describeTransportContract('in process', (peer) => {
  const clock = createCountingClock();
  const transport = createInProcessTransport({ clock, peripheral: peer });
  const advance = (durationMs: number): Promise<void> => {
    clock.advance(durationMs);
    return Promise.resolve();
  };
  return Promise.resolve({
    transport,
    address: 'sim',
    emptyAddress: 'socket:/nowhere',
    advance,
    settle: () => advance(0),
    listenerCount: () => clock.timerCount(),
    refusedWriteBecomes: 'refused',
    dispose() {
      transport.dispose();
      return Promise.resolve();
    },
  });
});

// The transport contract (src/transport/transport.ts) as one suite for every implementation.
import { describeSettling } from './contract-settling.ts';
import { describeTraffic } from './contract-traffic.ts';
import type { CreateHarness } from './support/contract-bench.ts';

export type { ContractHarness, CreateHarness } from './support/contract-bench.ts';

export function describeTransportContract(name: string, createHarness: CreateHarness): void {
  describeSettling(name, createHarness);
  describeTraffic(name, createHarness);
}

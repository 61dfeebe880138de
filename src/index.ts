// The public library: run a session on any belt from code of your own, speak the protocol, simulate a belt.
export * from './errors.ts';
export {
  createVirtualClock,
  fixedWallClock,
  systemClock,
  type Clock,
  type VirtualClock,
  type WallClock,
} from './clock.ts';
export type * from './belt/belt.ts';
export {
  credentialsFromKey,
  type BeltCredentials,
  type RandomBytes,
  type StoredBeltKey,
} from './belt/credentials.ts';
export { createGattBelt, type GattBeltOptions } from './belt/gatt-belt.ts';
export {
  PAIRING_MAX_MS,
  pairBelt,
  type PairBeltOptions,
  type PairedKey,
  type PairingFailure,
  type PairingResult,
} from './belt/pairing.ts';
export {
  beginKeyWriting,
  listKeys,
  readKey,
  removeKey,
  type KeyListing,
  type KeyWriting,
} from './store/key-files.ts';
export type { BeltKey } from './store/key-format.ts';
export type { SecretPlace, SecretProblem, SecretResult } from './store/secret-file.ts';
export type { StoreFailure, StoreResult } from './store/failure.ts';
export type * from './transport/transport.ts';
export { createInProcessTransport } from './transport/in-process.ts';
export { createSocketTransport } from './transport/socket.ts';
export { createNobleTransport } from './transport/noble.ts';
export type * from './plan/plan.ts';
export { formatPlanProblem, loadPlan } from './plan/load.ts';
export { resolveProgram } from './plan/program.ts';
export { HAZARDS, type HazardRow } from './safety/hazards.ts';
export type * from './ledger/dose-book.ts';
export type * from './ledger/course.ts';
export { DEFAULT_PERSON, type PlannedZone, type VisitFacts } from './ledger/visit.ts';
export {
  createDoseBook,
  doseBookFile,
  type DoseBook,
  type DoseBookOptions,
  type OpenDoseBookStore,
} from './ledger/dose-book-file.ts';
export { readHistory, type History, type HistoryVisit } from './ledger/history.ts';
export { verifyBook, type BookProblem, type Verified } from './ledger/verify.ts';
export {
  createMemoryDoseBook,
  type MemoryDoseBook,
  type MemoryDoseBookOptions,
} from './ledger/dose-book-memory.ts';
export type { SessionEvent } from './session/events.ts';
export { EXIT_CODE, type ExitCode, type SessionOutcome, type ZoneOutcome } from './session/outcome.ts';
export { sessionMachine } from './session/machine.ts';
export {
  createSession,
  type Session,
  type SessionHandlers,
  type SessionInput,
  type SessionPorts,
} from './session/session.ts';
export type { SessionView, ZoneView } from './session/view.ts';
export {
  createSimulatedBelt,
  type SimulatedBelt,
  type SimulatedBeltOptions,
} from '../firmware-sim/simulated-belt.ts';
export type { Peripheral } from '../protocol/gatt.ts';
export { formatLabel, parseLabel, type LabelReading } from '../protocol/label.ts';

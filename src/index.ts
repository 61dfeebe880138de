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
export { createGattBelt, type GattBeltOptions } from './belt/gatt-belt.ts';
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

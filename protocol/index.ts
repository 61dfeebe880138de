// What a firmware or a test bench outside this package may import: the wire contract, nothing else.
export * from './advert.ts';
export * from './bytes.ts';
export * from './codec.ts';
export * from './digest.ts';
export * from './documents.ts';
export * from './envelope.ts';
export type {
  Admission,
  BeltHandshake,
  ControllerHandshake,
  HandshakeFailure,
  HandshakeStep,
  RandomBytes,
} from './exchange.ts';
export * from './framing.ts';
export * from './gatt.ts';
export * from './handshake-messages.ts';
export * from './label.ts';
export * from './messages.ts';
export * from './pairing.ts';
export * from './record-access.ts';
export * from './sealing.ts';
export * from './segments.ts';
export * from './session-setup.ts';

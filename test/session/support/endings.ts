// Sessions that are over, for what is said and booked of them.
import { hazardRow } from '../../../src/safety/hazards.ts';
import { concludeEnd } from '../../../src/session/conclude.ts';
import type { EndReason, SessionContext, Stopping } from '../../../src/session/context.ts';
import { contextWith, treating, withDoses } from './contexts.ts';

export const confirmed: Stopping = {
  afterTick: 20,
  sentCount: 1,
  answered: true,
  confirmed: true,
  darkAtMs: 4900,
  reconnectUntilMs: NaN,
};
/** Armed, and confirmed off with all of its dose. */
export const complete = (more: Partial<SessionContext> = {}): SessionContext =>
  withDoses(treating({ phase: 'stopping', stopping: confirmed, ...more }), {
    status: 'done',
    reportedJPerCm2: 0.5,
    integratedJPerCm2: 0.5,
    commandedJPerCm2: 0.5125,
  });
export const armed = (...reasons: EndReason[]): SessionContext => complete({ reasons });
export const unarmed = (...reasons: EndReason[]): SessionContext => contextWith({ reasons, nowMs: 5000 });
export const said = (context: SessionContext) => {
  const { outcome, exitCode, hazard, message } = concludeEnd(context);
  return [outcome, exitCode, hazard, message];
};
export const words = (id: string): string => hazardRow(id)?.description ?? '';
export const hazard = (
  id: string,
  response: 'cutoff' | 'lockout' | 'refuse' | 'pause' = 'cutoff',
): EndReason => ({
  kind: 'hazard',
  hazard: { id: id as 'H01', zone: null, response, by: 'controller' },
});
export const rejected = (code: string, named = 0, op: 'arm' | 'prepare' = 'arm'): EndReason => ({
  kind: 'rejected',
  op,
  code: code as 'busy',
  hazard: named,
  zone: 255,
});

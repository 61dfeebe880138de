// A belt that was named is called by that name wherever a person reads of it, and in what they are told to type.
import type { SessionOutcome } from '../session/outcome.ts';
import type { BeltAddress } from './addresses.ts';
import type { Presenter } from './presenter.ts';
import type { SessionStatus } from './session-status.ts';

export const statusWithName = <T extends SessionStatus | undefined>(
  status: T,
  name: string | undefined,
): T => (status === undefined || name === undefined ? status : { ...status, beltName: name });

/** `laserbelt clear` alone does not say which belt; the embedded one is gone with its process. */
export function outcomeForBelt<T extends SessionOutcome>(outcome: T, belt: BeltAddress): T {
  if (belt.scheme === 'sim') return outcome;
  const command = `\`laserbelt clear --belt ${belt.name ?? belt.address}\``;
  return { ...outcome, message: outcome.message.replaceAll('`laserbelt clear`', command) };
}

/** @param name under which the belt is paired, where it is */
export const namePresenter = (
  presenter: Presenter,
  belt: BeltAddress,
  name: string | undefined,
): Presenter => ({
  ...presenter,
  update: (status, event, stamp) => presenter.update(statusWithName(status, name), event, stamp),
  visit: (event, status, stamp) => presenter.visit(event, statusWithName(status, name), stamp),
  finish: (outcome, stamp) => presenter.finish(outcomeForBelt(outcome, belt), stamp),
});

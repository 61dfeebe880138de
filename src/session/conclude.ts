// What a session came to: outcome, exit code, one sentence, and what is booked. Pure, from the facts alone.
import type { DoseClosing } from '../ledger/dose-book.ts';
import { hazardName, hazardRow } from '../safety/hazards.ts';
import {
  endedAtMs,
  hasShoneUnbidden,
  hasShortfall,
  recordOf,
  slotEnd,
  strayZones,
  sumZones,
  zoneOutcomes,
} from './booking.ts';
import { isArmed, type BeltCause, type EndReason, type SessionContext } from './context.ts';
import { EXIT_CODE, worstExitCode, type ExitCode, type HazardId, type SessionOutcome } from './outcome.ts';

interface End {
  readonly outcome: SessionOutcome['outcome'];
  readonly exitCode: ExitCode;
  readonly hazard: HazardId | null;
  readonly message: string;
}

const end = (
  outcome: End['outcome'],
  exitCode: ExitCode,
  message: string,
  hazard: HazardId | null = null,
): End => ({ outcome, exitCode, hazard, message });

const LINK_LOST = hazardRow('H13')?.description ?? '';

/** The link failed: never armed it is a failure to reach the belt, later it is H13. */
const endByLink = (context: SessionContext, message: string): End =>
  isArmed(context)
    ? end('cutoff', EXIT_CODE.beltUnreachable, message, 'H13')
    : end('failed', EXIT_CODE.beltUnreachable, message);

function endByHazard(context: SessionContext, reason: Extract<EndReason, { kind: 'hazard' }>): End {
  const { id, response } = reason.hazard;
  const row = hazardRow(id);
  // With the time from which on it will be allowed.
  const refused = context.book.refused?.hazard === id ? context.book.refused.detail : undefined;
  const { failure } = context.book;
  const failed = id === 'H20' && failure !== undefined ? `The dose book failed: ${failure}.` : undefined;
  const message =
    refused ??
    failed ??
    row?.description ??
    `The belt reports hazard ${id}, which this version does not know. Do not use it again before it has been checked.`;
  if (response === 'lockout') return end('lockout', EXIT_CODE.lockout, message, id);
  if (row?.blame === 'link') return endByLink(context, message);
  if (!isArmed(context)) return end('refused', EXIT_CODE.refused, message, id);
  return end('cutoff', EXIT_CODE.safetyCutoff, message, id);
}

function endByRejection(context: SessionContext, reason: Extract<EndReason, { kind: 'rejected' }>): End {
  const hazard = reason.hazard > 0 ? hazardName(reason.hazard) : null;
  const words = hazard === null ? '' : (hazardRow(hazard)?.description ?? `It reports hazard ${hazard}.`);
  switch (reason.code) {
    case 'lockedOut':
      return end(
        'lockout',
        EXIT_CODE.lockout,
        `The belt is locked. ${words === '' ? 'Clear it with `laserbelt clear`.' : words}`,
        hazard,
      );
    case 'selfTestFailed':
      return end('lockout', EXIT_CODE.lockout, hazardRow('H17')?.description ?? words, 'H17');
    case 'batteryLow':
      return end('refused', EXIT_CODE.refused, hazardRow('H18')?.description ?? words, 'H18');
    case 'digestMismatch':
      return end('refused', EXIT_CODE.refused, hazardRow('H16')?.description ?? words, 'H16');
    case 'notOwner':
    case 'busy':
      return end(
        'refused',
        EXIT_CODE.refused,
        'The belt is in use by another controller. End that session first: `laserbelt stop`.',
      );
    case 'beyondLimits':
      return end(
        'refused',
        EXIT_CODE.refused,
        'The plan is beyond what this belt allows. Choose a milder plan.',
      );
    default:
      return end(
        isArmed(context) ? 'cutoff' : 'refused',
        isArmed(context) ? EXIT_CODE.safetyCutoff : EXIT_CODE.refused,
        words === '' ? `The belt refused to ${reason.op} (${reason.code}). Start again.` : words,
        hazard,
      );
  }
}

function endByBelt(context: SessionContext, cause: BeltCause | undefined): End {
  switch (cause) {
    case 'completed':
      return end('completed', EXIT_CODE.completed, 'The session is complete.');
    case 'stopped':
      return end(
        'stopped',
        EXIT_CODE.stoppedByUser,
        'The session was stopped at the belt or by another controller.',
      );
    case 'hazard': {
      const reported = context.hazards.filter((hazard) => hazard.by === 'belt');
      const known = reported.find((hazard) => hazard.response !== 'pause') ?? reported.at(-1);
      const id = known?.id ?? null;
      const words = id === null ? undefined : hazardRow(id)?.description;
      return end(
        'cutoff',
        EXIT_CODE.safetyCutoff,
        words ?? 'The belt ended the session for its own safety. Have it checked.',
        id,
      );
    }
    case 'rebooted':
      return endByLink(
        context,
        'The belt restarted during the session. Start again; have it checked if that repeats.',
      );
    case 'silence':
      if (context.consent === 'beltButton' && Number.isNaN(context.countdownSinceMs))
        return end(
          'refused',
          EXIT_CODE.refused,
          'Not armed: nobody pressed the button on the belt. Nothing was emitted.',
        );
      return endByLink(context, LINK_LOST);
    default:
      return endByLink(context, LINK_LOST);
  }
}

function endOf(context: SessionContext, reason: EndReason): End {
  switch (reason.kind) {
    case 'completed':
      return end('completed', EXIT_CODE.completed, 'The session is complete.');
    case 'stop':
      return reason.cause === 'declined' || reason.cause === 'unanswered'
        ? end(
            'refused',
            EXIT_CODE.refused,
            reason.cause === 'declined'
              ? 'Not armed: you said no. Nothing was emitted.'
              : 'Not armed: nobody answered. Nothing was emitted.',
          )
        : end('stopped', EXIT_CODE.stoppedByUser, 'The session was stopped.');
    case 'abandon':
      return end('stopped', EXIT_CODE.stoppedByUser, 'The session was abandoned and the link dropped.');
    case 'pausedTooLong':
      return end('stopped', EXIT_CODE.stoppedByUser, 'The session was stopped after ten minutes of pause.');
    case 'hazard':
      return endByHazard(context, reason);
    case 'unreachable':
      return end(
        'failed',
        EXIT_CODE.beltUnreachable,
        `The belt cannot be reached: ${reason.detail}. Bring it near and switch it on.`,
      );
    case 'linkLost':
      return endByLink(context, LINK_LOST);
    case 'unanswered':
      return endByLink(context, `The belt did not answer (${reason.op}). Bring it near, then start again.`);
    case 'bookSilent':
      return endByHazard(context, {
        kind: 'hazard',
        hazard: { id: 'H20', zone: null, response: 'cutoff', by: 'controller' },
      });
    case 'refused':
      return end('refused', EXIT_CODE.refused, reason.detail);
    case 'rejected':
      return endByRejection(context, reason);
    case 'beltEnded': {
      const { record } = context;
      const known =
        record === undefined || record === 'none' || record === 'failed' ? undefined : record.cause;
      return endByBelt(context, known ?? context.beltCause ?? (isAllDone(context) ? 'completed' : undefined));
    }
    case 'failure':
      return end(
        'failed',
        EXIT_CODE.internalFailure,
        `Something in the controller failed: ${reason.detail}. Please report it.`,
      );
  }
}

const isAllDone = (context: SessionContext): boolean =>
  context.doses.length > 0 &&
  context.doses.every(
    (dose) => dose.status === 'done' || dose.status === 'endedShort' || dose.withheld !== 'no',
  );

/** A zone that was switched off on its own ends the session as a cutoff, although the others finished. */
function endByZones(context: SessionContext): End | undefined {
  const cut = context.slots.some((slot, index) => {
    const dose = context.doses[index];
    return dose !== undefined && slotEnd(context, slot, dose) === 'cutOff';
  });
  if (!cut) return undefined;
  const id =
    context.hazards.find((hazard) => hazardRow(hazard.id)?.scope === 'zone' && hazard.response === 'cutoff')
      ?.id ?? 'H08';
  return end('cutoff', EXIT_CODE.safetyCutoff, hazardRow(id)?.description ?? '', id);
}

const SHORTFALL =
  'The belt says that it is done, but not all of the dose was given. Do not use it again before it has been checked.';

/** Nobody's word makes a session complete whose zones did not get their dose. */
const notComplete = (context: SessionContext, found: End): End =>
  found.outcome === 'completed' && isArmed(context) && hasShortfall(context)
    ? end('cutoff', EXIT_CODE.safetyCutoff, SHORTFALL)
    : found;

export type EmissionOff = SessionOutcome['emissionOff'];

export const emissionOffOf = (context: SessionContext): EmissionOff => {
  if (context.stopping?.confirmed === true) return 'confirmed';
  return isArmed(context) || context.strays.length > 0 ? 'unconfirmed' : 'neverOn';
};

const durationMs = (context: SessionContext): number => {
  if (!isArmed(context)) return 0;
  return Math.max(0, endedAtMs(context) - context.armedAtMs);
};

const UNCONFIRMED =
  'Whether the light is off could not be confirmed: take the belt off and look for its own indicator.';
const WELDED = 'The belt still shines although it was told to stop: take it off now and pull its battery.';

/** The worst end decides; unconfirmed light is said in any case. */
export function concludeEnd(context: SessionContext): End {
  const ends = context.reasons.map((reason) => notComplete(context, endOf(context, reason)));
  const byZones = endByZones(context);
  if (byZones !== undefined) ends.push(byZones);
  const unconfirmed = emissionOffOf(context) === 'unconfirmed';
  const codes = ends.map((found) => found.exitCode);
  const worst = worstExitCode(codes);
  const decisive =
    ends.find((found) => found.exitCode === worst) ??
    end('failed', EXIT_CODE.internalFailure, 'The session ended without a reason. Please report it.');
  if (!unconfirmed) return decisive;
  const message = context.strays.length > 0 ? WELDED : `${decisive.message} ${UNCONFIRMED}`;
  return { ...decisive, message, exitCode: worstExitCode([decisive.exitCode, EXIT_CODE.unconfirmed]) };
}

/** Where H10 decided, the hazard says it already. */
const isLightLeft = (context: SessionContext, { hazard }: End): boolean =>
  emissionOffOf(context) === 'unconfirmed' && hazard !== 'H10' && hasShoneUnbidden(context);

export function closingOf(context: SessionContext): DoseClosing {
  const concluded = concludeEnd(context);
  const emissionOff = emissionOffOf(context);
  const record = recordOf(context);
  return {
    sessionTag: context.input.sessionTag,
    outcome: concluded.outcome,
    emissionOff,
    hazard: concluded.hazard,
    durationMs: durationMs(context),
    zones: [...sumZones(context).map(({ end: _end, ...zone }) => zone), ...strayZones(context)],
    // As long as it may shine, its record is not the last word.
    awaitsBeltRecord: isArmed(context) && (record === undefined || emissionOff === 'unconfirmed'),
    ...(record === undefined ? {} : { beltRecord: record.number }),
    ...(isLightLeft(context, concluded) ? { isLightLeft: true } : {}),
  };
}

/** In the order of detection; what the belt named when it refused comes last. */
const hazardsOf = (context: SessionContext, decisive: HazardId | null): readonly HazardId[] => {
  const ids = new Set<HazardId>(context.hazards.map((hazard) => hazard.id));
  if (decisive !== null) ids.add(decisive);
  return [...ids];
};

/** Everything that is said about a session when it is over. */
export function concludeSession(context: SessionContext): SessionOutcome {
  const concluded = concludeEnd(context);
  return {
    outcome: concluded.outcome,
    emissionOff: emissionOffOf(context),
    hazard: concluded.hazard,
    hazards: hazardsOf(context, concluded.hazard),
    session: context.input.sessionTag,
    plan: context.input.planName,
    durationMs: durationMs(context),
    emissionMs: context.sessionEmissionMs,
    zones: zoneOutcomes(context),
    message: concluded.message,
    exitCode: concluded.exitCode,
  };
}

// Facts of the preflight: who this belt is, what the plan becomes on it, whether both mean the same program.
import type { BeltEvent, BeltProfile, PrescribedZone } from '../belt/belt.ts';

import {
  FLICKER_MAX_HZ,
  FLICKER_MIN_HZ,
  MEASUREMENT_UNCERTAINTY_MAX_RATIO,
  VISIBLE_MAX_NM,
} from '../safety/limits.ts';
import type { Resolution, SessionContext } from './context.ts';
import { statusDeadlineMs } from './deadlines.ts';
import { emptyDoses, slotsOf } from './dose.ts';
import { addReason, judge } from './judge.ts';
import { emissionMaxMsOf } from './observe.ts';

/** A resolver that throws is a failure of ours, not of the belt. */
function resolveSafely(context: SessionContext, profile: BeltProfile): Resolution | string {
  try {
    return context.input.resolve(profile);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Safe: continuous, invisible, or at a rate that no eye follows or minds. A number that is none is none of these (H22). */
const flickersVisibly = ({ wavelengthNm, pulseFrequencyHz }: PrescribedZone): boolean =>
  !(
    pulseFrequencyHz === 0 ||
    wavelengthNm > VISIBLE_MAX_NM ||
    pulseFrequencyHz < FLICKER_MIN_HZ ||
    pulseFrequencyHz > FLICKER_MAX_HZ
  );

function noteProgram(context: SessionContext, profile: BeltProfile, atMs: number): SessionContext {
  if (!(profile.measurementUncertainty <= MEASUREMENT_UNCERTAINTY_MAX_RATIO))
    return addReason(context, {
      kind: 'refused',
      detail: 'The belt states that it cannot measure its dose well enough to be booked. Have it checked.',
    });
  const resolution = resolveSafely(context, profile);
  if (typeof resolution === 'string') return addReason(context, { kind: 'failure', detail: resolution });
  if (!resolution.ok)
    return addReason(context, {
      kind: 'refused',
      detail: `The plan does not fit this belt: ${resolution.problems.join('; ')}.`,
    });
  const prescription = { ...resolution.program.prescription, sessionTag: context.input.sessionTag };
  const slots = slotsOf(prescription, profile);
  if (slots === undefined || slots.length === 0)
    return addReason(context, {
      kind: 'refused',
      detail: 'The plan does not fit this belt: it names an emitter that the belt does not have.',
    });
  const known: SessionContext = {
    ...context,
    program: { ...resolution.program, prescription },
    slots,
    doses: emptyDoses(slots),
    flickersVisibly: prescription.steps.flat().some(flickersVisibly),
  };
  return known.flickersVisibly ? judge(known, atMs, atMs) : known;
}

/** A later light of a visit that has none left is not begun (H12). */
const withLightLeft = (context: SessionContext): SessionContext =>
  emissionMaxMsOf(context.input) > 0
    ? context
    : addReason(context, {
        kind: 'refused',
        detail: 'This visit has had its 30 minutes of light. Nothing more is given in it.',
      });

/** The link is open. Within a session under way (to stop and to read the record) nothing else changes. */
export function noteOpened(context: SessionContext, profile: BeltProfile, atMs: number): SessionContext {
  const open: SessionContext = {
    ...context,
    linkOpen: true,
    openedAtMs: atMs,
    deadlines: { ...context.deadlines, statusAtMs: statusDeadlineMs(atMs, atMs) },
  };
  // Back only to stop and to read: another belt's word confirms nothing about this one.
  if (context.phase === 'stopping')
    return { ...open, identityDiffers: profile.beltId !== context.profile?.beltId };
  const { expectedBeltId } = context.input;
  const identified: SessionContext = {
    ...open,
    profile,
    identityDiffers: expectedBeltId !== undefined && expectedBeltId !== profile.beltId,
  };
  return noteProgram(judge(withLightLeft(identified), atMs, atMs), profile, atMs);
}

/** Both digests must be the same: what the belt decoded is what was meant (H16). */
export function notePrepared(
  context: SessionContext,
  event: Extract<BeltEvent, { type: 'belt.prepared' }>,
): SessionContext {
  if (event.outcome.kind !== 'acknowledged') return context;
  const same = event.sentDigest !== '' && event.sentDigest === event.decodedDigest;
  return same
    ? { ...context, prepared: true }
    : judge({ ...context, programDiffers: true }, event.atMs, event.atMs);
}

// What every decoder shares: the way from a code byte back to its name, and the shape of a refusal.
import {
  BELT_STATE,
  CAUSE,
  EVENT_KIND,
  type BeltState,
  type Cause,
  type EventKind,
  type Problem,
} from './messages.ts';

export const failed = (problem: Problem): { readonly ok: false; readonly problem: Problem } => ({
  ok: false,
  problem,
});
// Refusals of the frequent frames are made once: a flood of damaged bytes must not become a flood of garbage.
export const BAD_LENGTH = failed('length');
export const BAD_CODE = failed('code');
export const BAD_RANGE = failed('range');

/** Reverse of a code table, as a function of one byte. */
export function nameOfCode<Name extends string>(
  table: Readonly<Record<Name, number>>,
): (code: number) => Name | undefined {
  const names: (Name | undefined)[] = Array.from({ length: 256 });
  for (const name of Object.keys(table) as Name[]) names[table[name]] = name;
  return (code) => names[code];
}

export const beltStateOf: (code: number) => BeltState | undefined = nameOfCode(BELT_STATE);
export const causeOf: (code: number) => Cause | undefined = nameOfCode(CAUSE);
export const eventKindOf: (code: number) => EventKind | undefined = nameOfCode(EVENT_KIND);

// What every formula here returns: a finite number, or words. NaN in a schedule or a limit is light without a bound.

export type Refused = { readonly ok: false; readonly problem: string };
export type Computed<T> = { readonly ok: true; readonly value: T } | Refused;

export const failed = (problem: string): Refused => ({ ok: false, problem });
export const succeeded = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

/** Undefined, or what is wrong. Each guard is written in the positive, so that NaN and the infinities fail it. */
export type Guard = string | undefined;

export const mustBePositive = (value: number, what: string): Guard =>
  value > 0 && value < Infinity ? undefined : `${what} must be above zero`;

export const mustNotBeNegative = (value: number, what: string): Guard =>
  value >= 0 && value < Infinity ? undefined : `${what} must not be negative`;

export const mustBeWithin = (value: number, min: number, max: number, what: string, unit: string): Guard =>
  value >= min && value <= max ? undefined : `${what} must be ${min} to ${max} ${unit}`;

/** A fraction in (0, 1]. */
export const mustBeDuty = (dutyCycle: number): Guard =>
  dutyCycle > 0 && dutyCycle <= 1 ? undefined : 'duty must be above 0 % and at most 100 %';

/** Even good inputs can be too large for their product: what is no finite number is refused as well. */
export function finite(value: number): Computed<number> {
  return Math.abs(value) < Infinity ? succeeded(value) : failed('the result is out of range');
}

/** `value` is computed only when the guards found nothing. */
export const compute = (problem: Guard, value: () => number): Computed<number> =>
  problem === undefined ? finite(value()) : failed(problem);

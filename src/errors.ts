// Errors and assertions. Expected outcomes are values; what is thrown here is a broken invariant or a failed edge.

/** Closed list: what kind of thing went wrong. `cli/exit-codes.ts` maps each to one exit code. */
export type BeltErrorCode =
  | 'usage'
  | 'planInvalid'
  | 'refused'
  | 'beltUnreachable'
  | 'bluetoothUnavailable'
  | 'ledgerUnwritable'
  | 'internal';

/** An error a person reads: what is wrong and where; `hint` says what to do next. */
export class BeltError extends Error {
  readonly code: BeltErrorCode;
  readonly hint: string | undefined;
  constructor(
    code: BeltErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BeltError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** Throws when an invariant of ours is broken. Never for input: that is refused with words. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BeltError('internal', `broken invariant: ${message}`);
}

/** The end of an exhaustive switch. */
export function assertNever(value: never): never {
  throw new BeltError('internal', `unexpected value: ${JSON.stringify(value)}`);
}

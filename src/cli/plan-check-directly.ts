// `plan check` in a bundle of its own, without the parser and without chunks: each would cost it some milliseconds.
import type { Io } from './io.ts';
import { tellError } from './exit-codes.ts';
import { planCheck } from './plan-check.ts';
import type { PlanCheckRequest } from './plan-check-words.ts';

/** Errors are told here: the caller is a bundle of its own, with another BeltError in it. */
export async function planCheckDirectly(request: PlanCheckRequest, io: Io): Promise<number> {
  try {
    return await planCheck(request, io);
  } catch (error) {
    return tellError(error, request.isJson, io);
  }
}

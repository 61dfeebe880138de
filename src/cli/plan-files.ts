// `plan schema`: what a person who writes a plan puts beside it.
import { planJsonSchema } from '../plan/json-schema.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import type { Io } from './io.ts';

export function planSchema(io: Io): ExitCode {
  io.out(`${JSON.stringify(planJsonSchema(), null, 2)}\n`);
  return EXIT_CODE.completed;
}

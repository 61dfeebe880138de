// The JSON Schema that editors complete and check plans with: made from the definitions that the loader reads with.
// It knows shapes; what needs arithmetic, a belt or the dose book is told by `plan check`.
import * as z from 'zod/mini';
import { described } from './fields.ts';
import {
  careSchema,
  courseSchema,
  everySchema,
  headSchema,
  noteSchema,
  perWeekSchema,
  PLAN_STEP_MAX_COUNT,
  restSchema,
  treatSchema,
} from './schema.ts';

const planSchema = z.extend(headSchema, {
  session: described(
    z
      .array(z.union([treatSchema, restSchema, careSchema, noteSchema]))
      .check(z.minLength(1), z.maxLength(PLAN_STEP_MAX_COUNT)),
    { description: 'steps, in order; care steps part the light into belt sessions' },
  ),
  course: z.optional(z.extend(courseSchema, { every: z.optional(z.union([everySchema, perWeekSchema])) })),
});

/** JSON Schema draft 7: the newest that editors' YAML servers read whole. */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(planSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'laserbelt plan', description: 'A treatment plan, format version 1' };
}

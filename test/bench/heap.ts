// What a program keeps, told apart from what the engine compiles and notes about it meanwhile.
import { getHeapSnapshot } from 'node:v8';
import * as z from 'zod';

const snapshotSchema = z.object({
  snapshot: z.object({
    meta: z.object({ node_fields: z.array(z.string()), node_types: z.array(z.unknown()) }),
  }),
  nodes: z.array(z.number()),
});

/** Compiled code, its deoptimization data and hidden classes: the engine goes on adding to them for simulated days. */
const ENGINE_KINDS: readonly string[] = ['code', 'hidden', 'object shape'];

/** Live objects, arrays, strings and closures after garbage collection. */
export async function ownHeapMb(): Promise<number> {
  globalThis.gc?.();
  const chunks: Buffer[] = [];
  for await (const chunk of getHeapSnapshot()) chunks.push(Buffer.from(chunk as Uint8Array));
  const { snapshot, nodes } = snapshotSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const kinds = z.array(z.string()).parse(types[0]);
  const kindAt = fields.indexOf('type');
  const sizeAt = fields.indexOf('self_size');
  let bytes = 0;
  for (let node = 0; node < nodes.length; node += fields.length)
    if (!ENGINE_KINDS.includes(kinds[nodes[node + kindAt] ?? 0] ?? '')) bytes += nodes[node + sizeAt] ?? 0;
  return bytes / 1e6;
}

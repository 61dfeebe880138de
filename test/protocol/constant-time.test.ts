// Nothing tells a guesser how much of his guess was right: no comparison that stops at the first difference, and the
// same steps for every wrong secret of the right length.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesEqual, toHex } from '../../protocol/bytes.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createSealedEnvelope, createSessionKeys } from '../../protocol/sealing.ts';
import { earlyComparisons, holdsSecrets } from '../support/secret-comparisons.ts';
import { listTypeScript, root } from '../support/source-reader.ts';
import { startStepCounter } from '../support/step-count.ts';
import { LABEL_SECRET, LONG_TERM_KEY, pairingEnds, run, sessionEnds } from './handshake-rig.ts';

const steps = startStepCounter();
afterAll(() => steps.stop());

const sources = ['protocol', 'src', 'firmware-sim']
  .flatMap(listTypeScript)
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  .filter(({ text }) => holdsSecrets(text));

/** Files that do nothing but hold, make and check secrets: they compare no bytes in any other way. */
const STRICT = [
  ...['digest', 'exchange', 'handshake', 'pairing', 'sealing', 'session-setup'].map(
    (name) => `protocol/${name}.ts`,
  ),
  ...['key-store', 'lock', 'pairing'].map((name) => `firmware-sim/firmware/${name}.ts`),
  ...['credentials', 'pairing', 'session-greeting'].map((name) => `src/belt/${name}.ts`),
];

describe('comparisons of secrets', () => {
  it('are made in constant time alone, in every file that holds any', () => {
    const paths = sources.map(({ path }) => path);
    for (const path of STRICT) expect(paths).toContain(path);
    const found = sources.flatMap(({ path, text }) =>
      earlyComparisons(text, STRICT.includes(path)).map((what) => `${path}:${what}`),
    );
    expect(found).toEqual([]);
  });

  it('are made by one function, which leaves them to Node', () => {
    const text = sources.find(({ path }) => path === 'protocol/handshake.ts')?.text ?? '';
    expect(text).toMatch(
      /equalInConstantTime = [^;]*left\.length === right\.length && timingSafeEqual\(left, right\);/,
    );
    const users = sources.filter((source) => /\btimingSafeEqual\b/.test(source.text));
    expect(users.map(({ path }) => path)).toEqual(['protocol/handshake.ts']);
    // Proofs of both roles, the key at the proof, the belt's identity.
    const exchange = sources.find(({ path }) => path === 'protocol/exchange.ts')?.text ?? '';
    expect(exchange.match(/equalInConstantTime\(/g)).toHaveLength(4);
  });

  it.each([
    'if (message.tag === expected) done();',
    'if (toHex(message.tag) !== toHex(proofTag(secrets, role))) fail();',
    'for (let index = 0; index < 16; index++) if (left[index] !== right[index]) return false;',
    'const ok = proof.every((byte, index) => byte === other[index]);',
    'const bad = proof.some((byte, index) => byte !== other[index]);',
    'if (Buffer.compare(longTermKey, stored) === 0) done();',
    'if (Buffer.from(proof).equals(other)) done();',
    'if (!bytesEqual(message.tag, expected)) fail();',
    'if (isDeepStrictEqual(secret, other)) done();',
    'if (labelSecret.join() == typed.join()) done();',
    'if (tag.toString() === other.toString()) done();',
    'if (readU32(tag, 0) === readU32(other, 0)) done();',
  ])('made carelessly are found: %s', (line) => {
    expect(earlyComparisons(line, true).length).toBeGreaterThan(0);
    // By its name alone, but for the one whose names say nothing.
    if (!line.startsWith('for')) expect(earlyComparisons(line, false).length).toBeGreaterThan(0);
  });

  it.each([
    'if (labelSecret.length !== LABEL_SECRET_BYTES) fail();',
    'if (message.kind === kinds.proof) go();',
    'if (provisional === undefined) return;',
    'if (secret.length === SECRET_BYTES[flavour]) go();',
    'if (!equalInConstantTime(message.tag, proofTag(secrets, role))) fail();',
  ])('what gives nothing away is left alone: %s', (line) => {
    expect(earlyComparisons(line, true)).toEqual([]);
  });
});

/** Right in its first `count` bytes, wrong in every other. */
const rightUpTo = (secret: Uint8Array, count: number): Uint8Array =>
  secret.map((byte, index) => (index < count ? byte : byte ^ 0xff));
/** Wrong in one byte alone. */
const wrongAt = (secret: Uint8Array, at: number): Uint8Array =>
  secret.map((byte, index) => (index === at ? byte ^ 1 : byte));
const wrongsOf = (secret: Uint8Array): readonly Uint8Array[] =>
  Array.from(secret, (_, index) => [rightUpTo(secret, index), wrongAt(secret, index)]).flat();

/** What the attempt came to, and how often each block of our code ran. */
function observe(attempt: () => unknown): { readonly told: string; readonly way: string } {
  let told = '';
  const way = steps.count(() => (told = JSON.stringify(attempt())));
  return { told, way };
}
function expectAllAlike(attempts: readonly (() => unknown)[]): string {
  // Once before: what happens at the first call of all is not what a guesser sees.
  attempts[0]?.();
  const seen = attempts.map(observe);
  expect(new Set(seen.map(({ told }) => told)).size).toBe(1);
  expect(new Set(seen.map(({ way }) => way)).size).toBe(1);
  expect(seen[0]?.way).toContain('protocol/');
  return seen[0]?.told ?? '';
}

describe('steps taken for a wrong secret', () => {
  it('are counted: one more comparison, or an early end of a loop, shows', () => {
    const zeros = new Uint8Array(16);
    const way = (differsAt: number): string =>
      steps.count(() => bytesEqual(zeros, wrongAt(zeros, differsAt)));
    expect(way(3)).toBe(way(3));
    expect(new Set(Array.from(zeros, (_, index) => way(index))).size).toBe(16);
  });

  it.each([
    ['pairing', LABEL_SECRET, pairingEnds],
    ['session', LONG_TERM_KEY, sessionEnds],
  ] as const)('%s: the same, with the same answer, wherever the secret is wrong', (_name, secret, ends) => {
    const told = expectAllAlike(
      wrongsOf(secret).map((controllerSecret) => () => {
        const ending = run<object, object>(ends({ controllerSecret }));
        const answers = ending.messages.map((message, index) =>
          // The proof is of another key each time; all else is the same to the byte.
          index === 2 ? message.length : toHex(message),
        );
        return { answers, failures: [ending.controllerFailure, ending.beltFailure] };
      }),
    );
    expect(told).toContain('"f05a"');
  });

  it.each([
    ['pairing', pairingEnds],
    ['session', sessionEnds],
  ] as const)('%s: the same for a proof, whoever says it, wherever it is wrong', (_name, ends) => {
    const honest = run<object, object>(ends()).messages;
    for (const place of [2, 3]) {
      const message = honest[place] ?? new Uint8Array(0);
      const wrongs = wrongsOf(message.subarray(1)).map((tag) => Uint8Array.of(message[0] ?? 0, ...tag));
      expectAllAlike(
        wrongs.map((wrong) => () => {
          const ending = run<object, object>(ends(), (bytes, index) => (index === place ? wrong : bytes));
          return [ending.controllerFailure, ending.beltFailure, ending.messages.length];
        }),
      );
    }
  });

  it('sealed frames: the same wherever the tag is wrong, and nothing of the body', () => {
    const keys = createSessionKeys(new Uint8Array(40).fill(7));
    const frame = createSealedEnvelope(keys, 'controller').seal(FRAME.lease, new Uint8Array(9), 9).slice();
    const wrongs = wrongsOf(frame.subarray(12)).map((tag) => Uint8Array.of(...frame.subarray(0, 12), ...tag));
    const told = expectAllAlike(wrongs.map((wrong) => () => createSealedEnvelope(keys, 'belt').open(wrong)));
    expect(told).toBe(JSON.stringify({ ok: false, problem: 'tag' }));
  });
});

// Deterministic randomness. Each part of the simulation draws from a stream of its own, so that one more draw in one
// part does not shift the others.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [-1, 1). */
  spread(): number;
  /** A whole number in [0, count). */
  below(count: number): number;
}

/** sfc32, seeded with the run's seed and the name of the stream. */
export function createRandom(seed: number, stream: string): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 0x1_0000_0000) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  for (let index = 0; index < stream.length; index++)
    c = Math.imul(c ^ stream.charCodeAt(index), 0x01000193) >>> 0;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let round = 0; round < 16; round++) next();
  return {
    next,
    spread: () => next() * 2 - 1,
    below: (count) => Math.floor(next() * count),
  };
}

/** Bytes of a stream. Good enough for a simulator, whose runs must repeat; a real belt has a hardware source. */
export function createRandomBytes(seed: number, stream: string): (length: number) => Uint8Array {
  const random = createRandom(seed, stream);
  return (length) => Uint8Array.from({ length }, () => random.below(256));
}

/** Uniform in [-1, 1), drawn once and then walked through: a draw per sample would cost more than the sample. */
export interface NoiseTable {
  readonly values: Float64Array;
  next: number;
}
/** Prime, so that no sensor keeps meeting the same part of the table. */
const NOISE_COUNT = 4093;

export function createNoise(seed: number, stream: string): NoiseTable {
  const random = createRandom(seed, stream);
  const values = new Float64Array(NOISE_COUNT);
  for (let index = 0; index < NOISE_COUNT; index++) values[index] = random.spread();
  return { values, next: 0 };
}

export function drawNoise(noise: NoiseTable): number {
  const value = noise.values[noise.next]!;
  noise.next = noise.next + 1 < NOISE_COUNT ? noise.next + 1 : 0;
  return value;
}

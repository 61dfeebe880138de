// Every vector of the reference, by id. A vector without a check here, and a check without a vector, are both failures.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vectorChecks, wavelengthChecks } from './vector-checks.ts';

interface Vector {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: string;
}
interface VectorFile {
  readonly wavelengths: readonly Readonly<Record<string, number | null>>[];
  readonly vectors: readonly Vector[];
  readonly aperture3p5mmCm2: number;
  readonly aperture7mmCm2: number;
}

const file = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as VectorFile;

/** `rel 1e-9`, `rel 1e-6`, or the one `abs 5e-5 against the printed values`. */
const toleranceOf = (text: string): { readonly kind: 'rel' | 'abs'; readonly size: number } => {
  const match = /^(rel|abs) (\S+)/.exec(text);
  if (match === null) throw new Error(`unknown tolerance: ${text}`);
  return { kind: match[1] === 'abs' ? 'abs' : 'rel', size: Number(match[2]) };
};

const expectClose = (found: unknown, expected: unknown, tolerance: string, where: string): void => {
  if (Array.isArray(expected)) {
    expect(found, where).toHaveLength(expected.length);
    expected.forEach((one, index) =>
      expectClose((found as readonly unknown[])[index], one, tolerance, `${where}[${index}]`),
    );
    return;
  }
  if (typeof expected !== 'number') {
    expect(found, where).toBe(expected);
    return;
  }
  const { kind, size } = toleranceOf(tolerance);
  const error = Math.abs((found as number) - expected);
  expect(error, `${where}: ${String(found)} for ${expected}`).toBeLessThanOrEqual(
    kind === 'abs' ? size : size * Math.abs(expected),
  );
};

describe('reference vectors', () => {
  it.each(file.vectors.map((vector) => [vector.id, vector] as const))('%s', (id, vector) => {
    const check = vectorChecks[id.replace(/^(B_C4)_\d+$/, '$1')];
    if (check === undefined) throw new Error(`no check for vector ${id}`);
    const found = check(vector.inputs);
    expect(Object.keys(found).sort()).toEqual(Object.keys(vector.expected).sort());
    for (const [key, expected] of Object.entries(vector.expected))
      expectClose(found[key], expected, vector.tolerance, `${id} ${key}`);
  });

  it.each(file.wavelengths.map((row) => [row['nm'] ?? NaN, row] as const))('%d nm', (nm, row) => {
    for (const [key, expected] of Object.entries(row)) {
      const check = wavelengthChecks[key];
      if (check === undefined) throw new Error(`no check for ${key}`);
      expectClose(check(nm), expected, 'rel 1e-9', `${nm} nm ${key}`);
    }
  });

  it('every vector was used, and every check has one', () => {
    const ids = file.vectors.map(({ id }) => id.replace(/^(B_C4)_\d+$/, '$1'));
    expect(file.vectors).toHaveLength(29);
    expect(new Set(file.vectors.map(({ id }) => id)).size).toBe(29);
    expect([...new Set(ids)].sort()).toEqual(Object.keys(vectorChecks).sort());
    expect(file.wavelengths).toHaveLength(6);
    for (const row of file.wavelengths)
      expect(Object.keys(row).sort()).toEqual(Object.keys(wavelengthChecks).sort());
  });

  it('apertures of 3.5 mm and 7 mm', () => {
    const areas = vectorChecks['B04']?.({ nm: [], aperture_mm: 3.5 });
    expectClose(areas?.['area_cm2'], file.aperture3p5mmCm2, 'rel 1e-9', '3.5 mm');
    const wide = vectorChecks['B04']?.({ nm: [], aperture_mm: 7 });
    expectClose(wide?.['area_cm2'], file.aperture7mmCm2, 'rel 1e-9', '7 mm');
  });
});

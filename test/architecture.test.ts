// Keeps the import table, the place of effects and the style of the tree. What is forbidden here is forbidden because
// light could stay on because of it: hidden time, hidden I/O, a witness that shares the code it judges.
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listTypeScript, readSource, root } from './support/source-reader.ts';

const shipped = ['protocol', 'src', 'firmware-sim'].flatMap(listTypeScript).map(readSource);
const tests = listTypeScript('test').map(readSource);

const isOwn = (target: string): boolean => /^(src|protocol|firmware-sim|test)\//.test(target);
const inFolder = (folder: string) => (path: string) => path.startsWith(`${folder}/`);

interface Rule {
  readonly who: (path: string) => boolean;
  readonly name: string;
  /** What may be imported, of ours and from outside. */
  readonly may: readonly RegExp[];
  /** What may be imported as types only. */
  readonly mayAsTypes?: readonly RegExp[];
}

const CRYPTO_FILES = /^protocol\/(digest|handshake|sealing)\.ts$/;
const RULES: readonly Rule[] = [
  { name: 'protocol', who: inFolder('protocol'), may: [/^protocol\//] },
  { name: 'src/clock and src/errors', who: (path) => /^src\/(clock|errors)\.ts$/.test(path), may: [] },
  { name: 'src/dosimetry', who: inFolder('src/dosimetry'), may: [/^src\/dosimetry\//, /^src\/errors\.ts$/] },
  {
    name: 'src/plan',
    who: inFolder('src/plan'),
    may: [
      /^src\/plan\//,
      /^src\/dosimetry\//,
      /^src\/safety\/limits\.ts$/,
      /^src\/errors\.ts$/,
      /^zod\/mini$/,
      /^yaml$/,
    ],
    mayAsTypes: [/^src\/belt\/belt\.ts$/],
  },
  {
    name: 'src/safety',
    who: inFolder('src/safety'),
    may: [/^src\/safety\//, /^src\/dosimetry\//],
    mayAsTypes: [/^src\/plan\//, /^src\/belt\/belt\.ts$/, /^protocol\/messages\.ts$/],
  },
  {
    name: 'src/session',
    who: inFolder('src/session'),
    may: [
      /^src\/session\//,
      /^src\/safety\//,
      /^src\/dosimetry\//,
      /^src\/plan\//,
      /^src\/(clock|errors)\.ts$/,
      /^xstate$/,
    ],
    mayAsTypes: [
      /^src\/belt\//,
      /^src\/ledger\//,
      /^protocol\/messages\.ts$/,
      /^src\/transport\/transport\.ts$/,
    ],
  },
  {
    name: 'src/ledger',
    who: inFolder('src/ledger'),
    may: [
      /^src\/ledger\//,
      /^src\/dosimetry\//,
      /^src\/safety\/limits\.ts$/,
      /^src\/(clock|errors)\.ts$/,
      /^src\/store\//,
      /^node:crypto$/,
    ],
    mayAsTypes: [/^src\/belt\/belt\.ts$/],
  },
  { name: 'src/store', who: inFolder('src/store'), may: [/^src\/store\//, /^src\/errors\.ts$/, /^node:/] },
  {
    name: 'src/belt',
    who: inFolder('src/belt'),
    may: [/^src\/belt\//, /^protocol\//, /^src\/(clock|errors)\.ts$/],
    mayAsTypes: [/^src\/transport\/transport\.ts$/],
  },
  {
    name: 'src/transport',
    who: inFolder('src/transport'),
    may: [/^src\/transport\//, /^protocol\/(framing|gatt|advert)\.ts$/, /^src\/(clock|errors)\.ts$/],
    mayAsTypes: [/^protocol\/messages\.ts$/],
  },
  {
    name: 'src/report',
    who: inFolder('src/report'),
    may: [/^src\/report\//, /^src\/dosimetry\//],
    mayAsTypes: [/^src\/(ledger|session)\//],
  },
  {
    name: 'firmware-sim',
    who: inFolder('firmware-sim'),
    may: [/^firmware-sim\//, /^protocol\//],
    mayAsTypes: [/^src\/clock\.ts$/],
  },
];

/** Packages and Node modules that one file, or one folder, has to itself. */
const RESERVED: readonly { readonly target: RegExp; readonly where: RegExp }[] = [
  { target: /^node:crypto$/, where: CRYPTO_FILES },
  {
    target: /^node:net$/,
    where: /^src\/transport\/(socket|lever)\.ts$|^src\/cli\/|^firmware-sim\/server[^/]*\.ts$/,
  },
  {
    target: /^node:(fs|fs\/promises)$/,
    where: /^src\/store\/|^src\/cli\/|^firmware-sim\/(server|truth|profile)[^/]*\.ts$/,
  },
  { target: /^xstate$/, where: /^src\/session\// },
  { target: /^zod\/mini$/, where: /^src\/(plan|cli)\// },
  { target: /^yaml$/, where: /^src\/plan\/yaml-source\.ts$/ },
  { target: /^commander$/, where: /^src\/cli\// },
  { target: /^@abandonware\/noble$/, where: /^src\/transport\/noble[^/]*\.ts$/ },
  { target: /^@stoprocent\/bleno$/, where: /^firmware-sim\/peripheral[^/]*\.ts$/ },
];
const LAZY_ONLY = /^@(abandonware|stoprocent)\//;

/** Where effects may live: clock, store, transport adapters, command line, the simulator's servers. */
const EFFECTS_ALLOWED =
  /^src\/(clock\.ts|store\/|cli\/|transport\/(socket|lever|noble[^/]*)\.ts)|^firmware-sim\/(server|truth|peripheral|host-clock)[^/]*\.ts$/;

describe('the tree', () => {
  it('was really read: every folder has sources and imports were found', () => {
    expect(shipped.length).toBeGreaterThan(20);
    expect(shipped.reduce((sum, source) => sum + source.imports.length, 0)).toBeGreaterThan(50);
    expect(shipped.some((source) => source.globals.has('performance'))).toBe(true);
  });

  it('has exactly the top-level folders that the client named', () => {
    const folders = readdirSync(root, { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isDirectory() &&
          !entry.name.startsWith('.') &&
          !['node_modules', 'dist', 'coverage'].includes(entry.name),
      )
      .map((entry) => entry.name);
    expect(folders.sort()).toEqual(['firmware-sim', 'protocol', 'src', 'test']);
  });

  it.each(RULES.map((rule) => [rule.name, rule] as const))(
    '%s imports only what the table allows',
    (_name, rule) => {
      const broken = shipped
        .filter((source) => rule.who(source.path))
        .flatMap((source) =>
          source.imports
            .filter(({ target, typeOnly }) => {
              if (rule.may.some((pattern) => pattern.test(target))) return false;
              if (typeOnly && (rule.mayAsTypes ?? []).some((pattern) => pattern.test(target))) return false;
              return (
                isOwn(target) ||
                !RESERVED.some(
                  ({ target: reserved, where }) => reserved.test(target) && where.test(source.path),
                )
              );
            })
            .filter(({ target }) => isOwn(target) || RESERVED.some((entry) => entry.target.test(target)))
            .map(({ target }) => `${source.path} imports ${target}`),
        );
      expect(broken).toEqual([]);
    },
  );

  it('keeps firmware-sim out of everything but the commands that simulate', () => {
    const broken = shipped
      .filter(
        (source) =>
          source.path.startsWith('src/') &&
          !source.path.startsWith('src/cli/') &&
          source.path !== 'src/index.ts',
      )
      .flatMap((source) =>
        source.imports
          .filter(({ target }) => target.startsWith('firmware-sim/'))
          .map(({ target }) => `${source.path} → ${target}`),
      );
    expect(broken).toEqual([]);
  });

  it('gives each outside package and each door to the world one place', () => {
    const broken = shipped.flatMap((source) =>
      source.imports
        .filter(({ target }) => RESERVED.some((entry) => entry.target.test(target)))
        .filter(
          ({ target, typeOnly }) =>
            !typeOnly &&
            !RESERVED.some((entry) => entry.target.test(target) && entry.where.test(source.path)),
        )
        // The ledger's hash chain is the one digest outside the protocol.
        .filter(({ target }) => !(target === 'node:crypto' && /^src\/(ledger|store|cli)\//.test(source.path)))
        .map(({ target }) => `${source.path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('loads native Bluetooth packages lazily', () => {
    const eager = shipped.flatMap((source) =>
      source.imports
        .filter(({ target, lazy, typeOnly }) => LAZY_ONLY.test(target) && !lazy && !typeOnly)
        .map(({ target }) => `${source.path} → ${target}`),
    );
    expect(eager).toEqual([]);
  });

  it('keeps time, chance and the world out of the core', () => {
    const broken = shipped
      .filter((source) => !EFFECTS_ALLOWED.test(source.path))
      .flatMap((source) => [...source.globals].map((name) => `${source.path} uses ${name}`));
    expect(broken).toEqual([]);
  });

  it('uses no chance anywhere outside the command line', () => {
    const broken = shipped.filter(
      (source) => source.globals.has('Math.random') && !source.path.startsWith('src/cli/'),
    );
    expect(broken.map((source) => source.path)).toEqual([]);
  });

  it('has no import cycles', () => {
    const graph = new Map(
      shipped.map((source) => [
        source.path,
        source.imports.filter((entry) => !entry.typeOnly && isOwn(entry.target)).map((entry) => entry.target),
      ]),
    );
    const cycles: string[] = [];
    const done = new Set<string>();
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) walk(path, []);
    expect(cycles).toEqual([]);
  });

  it('keeps files under 300 lines and folders with at least two files', () => {
    expect(
      [...shipped, ...tests]
        .filter((source) => source.lineCount > 300)
        .map((source) => `${source.path}: ${source.lineCount}`),
    ).toEqual([]);
    const perFolder = new Map<string, number>();
    for (const source of shipped)
      perFolder.set(dirname(source.path), (perFolder.get(dirname(source.path)) ?? 0) + 1);
    expect([...perFolder].filter(([, count]) => count < 2).map(([folder]) => folder)).toEqual([]);
  });

  it('names files in kebab case and knows no any, no enum, no default export', () => {
    expect(shipped.map((source) => source.path).filter((path) => !/^[a-z0-9/-]+\.ts$/.test(path))).toEqual(
      [],
    );
    const forbidden = shipped.flatMap(({ path, forbidden: found }) =>
      found.map((what) => `${path}: ${what}`),
    );
    expect(forbidden).toEqual([]);
  });
});

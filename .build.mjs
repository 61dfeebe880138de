// Builds what ships: dist/bin (the bundled command, lazy parts in chunks of their own), dist/lib (the library with its
// types), dist/programs (built-in plans). `--bench` bundles the benchmarks as well, `--fuzz` the long form of the attacks,
// `--simulate` the search over seeds, `--prove` all that shows that safety holds.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync, chmodSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const wanted = new Set(process.argv.slice(2));
const dist = join(root, 'dist');

/** Bundled CommonJS packages (commander, yaml) call require; an ESM bundle has none of its own. */
const banner = {
  js: "import { createRequire as laserbeltRequire } from 'node:module'; const require = laserbeltRequire(import.meta.url);",
};
const common = {
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Native packages stay outside: they are loaded only when a real belt is used.
  external: [
    'esbuild',
    '@abandonware/noble',
    '@stoprocent/bleno',
    '@stoprocent/bluetooth-hci-socket',
    '@abandonware/bluetooth-hci-socket',
  ],
  // Its ESM form, of which a bundle takes what is used; the CommonJS form comes whole.
  alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
  logLevel: 'warning',
};

/** The bundle is made beside the old one and swapped in, so that a test that runs meanwhile never finds half of it. */
async function bundle(entryPoints, name, addTo = async () => {}) {
  const fresh = join(dist, `.${name}-${process.pid}`);
  await build({ ...common, banner, entryPoints, outdir: fresh });
  await addTo(fresh);
  const target = join(dist, name);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}

mkdirSync(dist, { recursive: true });
// `stop`, `status` and the first page of help are one file without chunks: each further file costs them a millisecond.
// What they hand on to is bundled apart, so nothing may be compared by identity across that border.
// `plan check` is a bundle by itself: no chunks, no parser of options, and small, because reading it is most of its time.
const HANDED_ON = ['program', 'stop-directly'];
const ALONE = 'plan-check-directly';
const handOn = {
  name: 'hand-on',
  setup({ onResolve }) {
    const filter = new RegExp(`/(${[...HANDED_ON, ALONE].join('|')})\\.ts$`);
    onResolve({ filter }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
    );
  },
};
await bundle(
  HANDED_ON.map((name) => ({ in: join(root, `src/cli/${name}.ts`), out: name })),
  'bin',
  async (outdir) => {
    const whole = { ...common, banner, splitting: false, outdir };
    await build({
      ...whole,
      plugins: [handOn],
      entryPoints: [{ in: join(root, 'src/cli/main.ts'), out: 'laserbelt' }],
    });
    await build({
      ...whole,
      minify: true,
      entryPoints: [{ in: join(root, `src/cli/${ALONE}.ts`), out: ALONE }],
    });
  },
);
chmodSync(join(dist, 'bin/laserbelt.js'), 0o755);
cpSync(join(root, 'src/plan/programs'), join(dist, 'programs'), { recursive: true });

if (wanted.has('--lib')) {
  const require = createRequire(import.meta.url);
  const native = JSON.parse(readFileSync(require.resolve('@typescript/native/package.json'), 'utf8'));
  const tsc = join(require.resolve('@typescript/native/package.json'), '..', native.bin.tsc);
  execFileSync(process.execPath, [tsc, '-p', join(root, '.tsconfig.build.json')], {
    stdio: 'inherit',
    cwd: root,
  });
  cpSync(join(root, 'src/plan/programs'), join(dist, 'lib/src/plan/programs'), { recursive: true });
}
if (wanted.has('--bench'))
  await bundle(
    [
      { in: join(root, 'test/bench/main.ts'), out: 'bench' },
      { in: join(root, 'test/bench/plan-twice.ts'), out: 'plan-twice' },
    ],
    'bench',
  );
if (wanted.has('--fuzz')) await bundle([{ in: join(root, 'test/fuzz/long.ts'), out: 'fuzz' }], 'fuzz');
const simulationChild = { in: join(root, 'test/simulation/child.ts'), out: 'child' };
if (wanted.has('--prove'))
  await bundle(
    [
      { in: join(root, 'test/prove/main.ts'), out: 'prove' },
      { in: join(root, 'test/search/main.ts'), out: 'states' },
      simulationChild,
    ],
    'prove',
  );
if (wanted.has('--simulate'))
  await bundle([{ in: join(root, 'test/simulation/main.ts'), out: 'simulate' }, simulationChild], 'simulate');

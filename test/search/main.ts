// The long form: `node main.js [statesMax]`. Prints its figures, and every broken rule with the acts that lead to it.
import { LONG_FORM } from './forms.ts';
import { search, type SearchReport } from './search.ts';

const said = process.argv[2];
const statesMax = said === undefined ? LONG_FORM.statesMax : Number(said);
if (!(Number.isInteger(statesMax) && statesMax > 0)) {
  process.stderr.write(`statesMax is a whole number above 0, not ${said}.\n`);
  process.exit(2);
}

const startedMs = performance.now();
const elapsedS = (): string => ((performance.now() - startedMs) / 1000).toFixed(0);
const report: SearchReport = search({
  ...LONG_FORM,
  statesMax,
  onDepth(depth, byPlace, transitions) {
    const states = [...byPlace.values()].reduce((sum, count) => sum + count, 0);
    process.stdout.write(`depth ${depth}: ${states} states, ${transitions} transitions, ${elapsedS()} s\n`);
  },
});
const { waysOut } = report;
for (const { rule, place, trace } of report.violations)
  process.stdout.write(`BROKEN in ${place}: ${rule}\n  ${trace.join(' > ')}\n`);
for (const [place, count] of [...report.byPlace].sort())
  process.stdout.write(`${place.padEnd(24)} ${count}\n`);
process.stdout.write(
  [
    `${report.states} states, ${report.transitions} transitions, depth ${report.depth}, ${elapsedS()} s`,
    `${report.isComplete ? 'all that is reachable' : `not complete: the bound of ${statesMax} states was met`}`,
    `${report.twins} second representatives; ${report.foundByTwins} states were found by these alone`,
    `silence: ${waysOut.silentStates} states end by time alone, within ${waysOut.silentWorstMs} ms and ${waysOut.silentWorstEvents} deadlines`,
    `without a way to dark: ${waysOut.withoutDark.length}, to an end: ${waysOut.withoutEnd.length}`,
    `broken rules: ${report.violations.length}`,
    '',
  ].join('\n'),
);
process.exitCode = report.violations.length === 0 ? 0 : 1;

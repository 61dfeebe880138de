// Recordings, spoilt: lines as they are, and the same with sums that are right again, so that what is behind them is met.
import { createRecordedRig, bodiesOf, replayLines, sealed } from '../cli/replay-rig.ts';

function goodRecording(): readonly string[] {
  const rig = createRecordedRig();
  rig.send({ type: 'operator.start' });
  rig.run(6500);
  rig.send({ type: 'operator.stop', cause: 'stopCommand' });
  rig.untilOver();
  return rig.lines;
}
export const RECORDING = goodRecording();
/** As one text, without the sums: each line is sealed anew after it was spoilt. */
export const RECORDING_BODIES = bodiesOf(RECORDING).join('\n');

/** Taken, told with a line that is there, or decided otherwise: never thrown. */
export function checkRecording(text: string): string | undefined {
  const bodies = text.split('\n');
  for (const lines of [sealed(bodies), bodies.map((line) => `${line}\n`)]) {
    const { found, problem } = replayLines(lines);
    if (problem !== undefined && !(problem.line >= 1 && problem.line <= lines.length))
      return `a problem in line ${problem.line} of ${lines.length}: ${problem.problem}`;
    if (problem?.problem === '') return 'a problem without words';
    if (found.decisionCount > RECORDING.length + lines.length) return 'more decisions than lines';
  }
  return undefined;
}

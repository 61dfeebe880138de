// How often each block of our own code ran, by V8's precise coverage: two runs that took the same way count alike.
import { Session } from 'node:inspector';

const OWN = /\/(?:protocol|src|firmware-sim)\/[a-z0-9/-]+\.ts$/;

export interface StepCounter {
  /** One line for each block that ran: script, place, count. `work` is synchronous. */
  count(work: () => void): string;
  stop(): void;
}

/** Made before the first call of what is counted: V8 counts the blocks of a function that it compiles from then on. */
export function startStepCounter(): StepCounter {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

  /** What ran since the last time. The callback of `post` runs within the call. */
  const take = (): string => {
    const lines: string[] = [];
    session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error !== null) throw error;
      for (const { url, functions } of coverage.result) {
        if (!OWN.test(url)) continue;
        for (const { ranges } of functions)
          for (const { startOffset, endOffset, count } of ranges)
            if (count > 0) lines.push(`${url} ${startOffset}-${endOffset} ${count}`);
      }
    });
    return lines.sort().join('\n');
  };

  return {
    count(work) {
      take();
      work();
      return take();
    },
    stop() {
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}

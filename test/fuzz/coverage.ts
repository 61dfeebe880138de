// Which blocks of our own code a run has reached, by V8's precise coverage. Asking costs half a millisecond.
import { Session } from 'node:inspector';

/** esbuild names each module of a bundle in a comment before it. */
const MODULE = /^\/\/ ((?:protocol|src|firmware-sim)\/[a-z0-9/-]+\.ts)$/gm;
const ANY_MODULE = /^\/\/ [^\n]+\.[cm]?[jt]s$/gm;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where our own modules stand in the bundle. */
function ownSpans(source: string): readonly Span[] {
  const starts = [...source.matchAll(ANY_MODULE)].map((match) => match.index);
  return [...source.matchAll(MODULE)].map((match) => ({
    from: match.index,
    to: starts.find((start) => start > match.index) ?? source.length,
  }));
}

export interface Coverage {
  /** Counts blocks that this run reached and none before it. */
  newBlocks(): number;
  readonly blockCount: number;
  stop(): void;
}

/** `source` is the text of the bundle that runs at `url`. */
export function startCoverage(url: string, source: string): Coverage {
  const session = new Session();
  session.connect();
  const spans = ownSpans(source);
  const isOwn = (offset: number): boolean => spans.some(({ from, to }) => offset >= from && offset < to);
  const known = new Map<string, boolean>();
  const seen = new Set<string>();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });

  /** The callback of `post` runs within the call. */
  const takeRanges = (each: (key: string, from: number) => void): void =>
    session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error !== null) throw error;
      for (const script of coverage.result) {
        if (script.url !== url) continue;
        for (const { ranges } of script.functions)
          for (const { startOffset, endOffset, count } of ranges)
            if (count > 0) each(`${startOffset}-${endOffset}`, startOffset);
      }
    });

  return {
    get blockCount() {
      return seen.size;
    },
    newBlocks() {
      const before = seen.size;
      takeRanges((key, from) => {
        let own = known.get(key);
        if (own === undefined) known.set(key, (own = isOwn(from)));
        if (own) seen.add(key);
      });
      return seen.size - before;
    },
    stop() {
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}

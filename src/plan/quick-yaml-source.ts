// A plan for looking at: by the short way where it is written plainly, else by the YAML parser.
import { readPlainYaml } from './plain-yaml.ts';
import type { PathProblem } from './problem.ts';
import {
  DEPTH_MAX,
  KEY_MAX_CHARS,
  NODE_MAX_COUNT,
  parseYamlSource,
  refuseSize,
  type PlacedProblem,
  type YamlReader,
  type YamlSource,
} from './yaml-source.ts';

/**
 * The same in a fraction of the time for a file that is written plainly. For looking at a plan only: what light is given
 * by is always read by the YAML parser.
 */
export const readYamlQuickly: YamlReader = (text, noun) => {
  const refused = refuseSize(text, noun);
  if (refused !== undefined) return refused;
  const plain = readPlainYaml(text, {
    depthMax: DEPTH_MAX,
    nodeMaxCount: NODE_MAX_COUNT,
    keyMaxChars: KEY_MAX_CHARS,
  });
  if (plain === undefined) return parseYamlSource(text, noun);
  // Places are wanted only where something is to be said of them.
  let parsed: YamlSource | undefined;
  const place = (problem: PathProblem): PlacedProblem =>
    (parsed ??= parseYamlSource(text, noun)).place(problem);
  return { value: plain, problems: [], place };
};

// `sim fault` and `sim faults`: what can go wrong with a simulated belt, and making it happen.
import { FAULTS, LEVERS, parseFault } from '../../firmware-sim/faults.ts';
import type { FaultDefinition, FaultKey } from '../../firmware-sim/faults.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';

const DROPS_LINKS: readonly string[] = ['link-drop', 'reboot'];

export async function simFault(spec: string, socket: string, io: Io): Promise<ExitCode> {
  const parsed = parseFault(spec);
  if (!parsed.ok) throw usageError(`${spec}: ${parsed.message}`, 'laserbelt sim faults lists them all.');
  const { sendLever } = await import('../transport/lever.ts');
  const result = await sendLever(socket, spec);
  if (result.ok) {
    io.out(`${result.description}\n`);
    return EXIT_CODE.completed;
  }
  // The belt drops every link, that of this question too: no answer is the answer.
  if (
    DROPS_LINKS.includes(parsed.fault.name) &&
    result.failure === 'unreachable' &&
    result.cause === 'refused'
  ) {
    io.out(`${parsed.fault.name}: every link is gone, and so is this one\n`);
    return EXIT_CODE.completed;
  }
  if (result.failure === 'refused') throw usageError(`the belt refused ${spec}: ${result.message}`);
  io.err(
    `laserbelt: no simulated belt at ${socket} (${result.message})\n  Serve one with: laserbelt sim serve --socket ${socket}\n`,
  );
  return EXIT_CODE.beltUnreachable;
}

function describeValues({ value }: FaultKey): string {
  switch (value.kind) {
    case 'zone':
      return 'L1…L8';
    case 'duration':
      return `time${value.default === undefined ? '' : `, ${value.default} if left out`}`;
    case 'number':
      return `${value.min}…${value.max}${value.default === undefined ? '' : `, ${value.default} if left out`}`;
    case 'choice':
      return `${value.choices.join('|')}${value.default === undefined ? '' : `, ${value.default} if left out`}`;
  }
}

/** A value that each key takes, for the example. */
function exampleValue({ value }: FaultKey): string {
  switch (value.kind) {
    case 'zone':
      return 'L2';
    case 'duration':
      return '5s';
    case 'number':
      return String(value.default ?? value.min);
    case 'choice':
      return value.choices.at(-1) ?? '';
  }
}

/** One that works as it stands; what a person does to the belt is done at once. */
export function exampleOf({ name, keys }: FaultDefinition): string {
  const [first] = keys;
  const time = LEVERS.some((lever) => lever.name === name) ? '' : '@30s';
  return `${name}${time}${first === undefined ? '' : `:${first.name}=${exampleValue(first)}`}`;
}

function describe(fault: FaultDefinition): string {
  return [
    `${fault.name}\n`,
    `    ${fault.does}\n`,
    ...fault.keys.map((key) => `    ${key.name}=  ${key.does} (${describeValues(key)})\n`),
    `    example: ${exampleOf(fault)}\n`,
  ].join('');
}

export function simFaults(isJson: boolean, io: Io): ExitCode {
  if (isJson) {
    const record = (kind: string) => (fault: FaultDefinition) =>
      `${JSON.stringify({ kind, ...fault, example: exampleOf(fault) })}\n`;
    io.out([...FAULTS.map(record('fault')), ...LEVERS.map(record('lever'))].join(''));
    return EXIT_CODE.completed;
  }
  io.out(
    'A fault is name[@time][:key=value,…]. @30s counts from the session’s first light,\n' +
      '@boot+5s from power-on; without a time it begins at once. One that lasts “for\n' +
      'good” lasts until the belt is served anew. Give it to start --sim or sim serve\n' +
      'with --fault, or to a belt that is served, at any time:\n' +
      '  laserbelt sim fault --socket <path> <spec>\n\n',
  );
  io.out(FAULTS.map(describe).join('\n'));
  io.out(`\nWhat a person does to the belt, given in the same way:\n\n${LEVERS.map(describe).join('\n')}`);
  return EXIT_CODE.completed;
}

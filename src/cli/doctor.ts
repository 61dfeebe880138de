// `doctor`: what works on this machine, and the exact command that mends what does not.
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { DOCTOR_CHECKS } from './doctor-checks.ts';
import type { CheckResult } from './doctor-checks.ts';
import type { Io } from './io.ts';
import { stampNow } from './stamp.ts';
import { createPaint, isColourWanted, padEnd, printable } from './style.ts';
import type { Paint, StyleName } from './style.ts';
import { outputColumns, wrapText } from './wrap.ts';

export interface DoctorRequest {
  readonly isJson: boolean;
  readonly isColourRefused: boolean;
}

const STYLE: Readonly<Record<CheckResult['status'], StyleName>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
};
const STATUS_COLUMN = 6;
const NAME_COLUMN = 22;
const WIDE_MIN_COLUMNS = 70;

/** The command that mends it follows on a line of its own, whole: it is there to be copied. */
function linesOf(
  name: string,
  { status, words }: CheckResult,
  columns: number,
  paint: Paint,
): readonly string[] {
  const isWide = columns >= WIDE_MIN_COLUMNS;
  const first = `${paint(STYLE[status], status)}${' '.repeat(STATUS_COLUMN - status.length)}${isWide ? padEnd(name, NAME_COLUMN) : `${name}: `}`;
  const hanging = ' '.repeat(isWide ? STATUS_COLUMN + NAME_COLUMN : STATUS_COLUMN);
  return wrapText(printable(words), columns, first, hanging);
}

/** A check that breaks is a failed check, never the end of the others. */
async function runCheck(check: (typeof DOCTOR_CHECKS)[number], io: Io): Promise<CheckResult> {
  try {
    return await check.run(io);
  } catch (error) {
    return { status: 'fail', words: error instanceof Error ? error.message : String(error) };
  }
}

/** 0 when everything that is required works; Bluetooth is not: without it, simulated belts do. */
export async function doctor(request: DoctorRequest, io: Io): Promise<ExitCode> {
  const paint = createPaint(
    isColourWanted({ isTerminal: io.isOutputTerminal, env: io.env, isRefused: request.isColourRefused }),
  );
  let failedCount = 0;
  for (const check of DOCTOR_CHECKS) {
    const result = await runCheck(check, io);
    if (result.status === 'fail') failedCount++;
    if (request.isJson) {
      io.out(`${JSON.stringify({ event: 'doctor.check', ...stampNow(), check: check.name, ...result })}\n`);
      continue;
    }
    io.out(`${linesOf(check.name, result, outputColumns(io), paint).join('\n')}\n`);
    if (result.fix !== undefined) io.out(`      ${result.fix}\n`);
  }
  if (request.isJson) return failedCount === 0 ? EXIT_CODE.completed : EXIT_CODE.internalFailure;
  io.out(
    failedCount === 0
      ? '\nEverything that is required works.\n'
      : `\n${failedCount} required check(s) failed.\n`,
  );
  return failedCount === 0 ? EXIT_CODE.completed : EXIT_CODE.internalFailure;
}

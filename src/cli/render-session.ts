// One session as lines of text: the live view, `status`, and the plain lines. Pure.
import { hazardRow } from '../safety/hazards.ts';
import type { SessionStatus, ZoneStatusLine } from './session-status.ts';
import { fitWidth, padEnd, padStart, printable, widthOf } from './style.ts';
import type { Paint } from './style.ts';

export interface RenderOptions {
  readonly columns: number;
  readonly paint: Paint;
  readonly isUnicode: boolean;
  /** The last line: what stops it. */
  readonly hint?: string;
}

/** Narrower than this, the wavelength makes room, and the temperature moves to the foot. */
const WIDE_COLUMNS = 76;
const MEDIUM_COLUMNS = 52;
const BAR_MAX_CELLS = 24;
const BAR_MIN_CELLS = 6;
/** Older than this, a figure is said to be old (H14 acts at 850 ms). */
const STALE_MS = 600;

/** `1:05`; `–` when unknown. */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null || !Number.isFinite(durationMs)) return '–';
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const formatTemperature = (celsius: number | null): string =>
  celsius === null || !Number.isFinite(celsius) ? '– °C' : `${celsius.toFixed(1)} °C`;

const PAUSE_CAUSES: Readonly<Record<string, string>> = {
  contactLost: 'skin contact lost',
  operator: 'by the user',
  hazard: 'a hazard',
  leaseExpired: 'the controller was late',
  stale: 'the belt’s reports came late',
  unattended: 'no sign of you for eleven minutes',
};
/** Why it is dark, in words; an unknown cause is shown as it is. */
export const pauseWords = (cause: string | null): string =>
  cause === null ? '' : (PAUSE_CAUSES[cause] ?? cause);

/** `H05 skin contact lost`: nobody knows the numbers by heart. A hazard of a newer belt has no words here. */
export function hazardWords(id: string): string {
  const name = hazardRow(id)?.name;
  return name === undefined ? printable(id) : `${id} ${name}`;
}

/** The state in a few words, emission first: nobody should have to infer whether light is on. */
export function headlineOf(status: SessionStatus): string {
  if (status.emission && status.state !== 'emitting') return `LIGHT ON (${status.state})`;
  if (status.care !== undefined)
    return `${printable(status.care.measure).toUpperCase()}, dark · ${formatDuration(status.care.remainingMs)} left`;
  switch (status.state) {
    case 'standby':
      return 'Standby, dark';
    case 'connecting':
      return 'Connecting, dark';
    case 'preflight':
      return 'Checking the belt, dark';
    case 'ready':
      return 'Ready, dark';
    case 'countdown': {
      const remainingMs = status.countdownRemainingMs;
      if (status.awaitsButton) return 'PRESS THE BUTTON ON THE BELT, dark until then';
      return remainingMs === null ? 'LIGHT SOON' : `LIGHT IN ${Math.max(0, Math.ceil(remainingMs / 1000))} s`;
    }
    case 'emitting':
      // The belt's newest word is up to a tick old: light may have come since.
      return status.emission ? 'LIGHT ON' : 'TREATING, light may come on at any moment';
    case 'paused': {
      const words = pauseWords(status.pauseCause);
      const leftMs = status.pauseRemainingMs ?? null;
      const end = leftMs === null ? '' : ` · stops in ${formatDuration(leftMs)}`;
      return `PAUSED, dark${words === '' ? '' : `: ${words}`}${end}`;
    }
    case 'stopping':
      return 'STOPPING, waiting for the belt to say off';
    default:
      return `${status.state[0]?.toUpperCase() ?? ''}${status.state.slice(1)}`;
  }
}

function paintHeadline(status: SessionStatus, { paint, isUnicode }: RenderOptions): string {
  const words = headlineOf(status);
  if (status.emission) return paint('lit', paint('bold', ` ${isUnicode ? '●' : '*'} ${words} `));
  if (status.state === 'countdown') return paint('yellow', paint('bold', ` ${words} `));
  if (status.state === 'paused' || status.state === 'stopping') return paint('yellow', ` ${words} `);
  return paint('bold', ` ${words} `);
}

/** What part of the prescription is delivered, in [0, 1]; 0 for anything that is no number. */
export function progressOf(zone: ZoneStatusLine): number {
  const ratio = zone.deliveredJPerCm2 / zone.prescribedJPerCm2;
  return ratio >= 0 ? Math.min(1, ratio) : 0;
}

function renderBar(ratio: number, cells: number, { isUnicode }: RenderOptions): string {
  const full = Math.min(cells, Math.floor(ratio * cells + 1e-9));
  return isUnicode
    ? '█'.repeat(full) + '░'.repeat(cells - full)
    : '#'.repeat(full) + '.'.repeat(cells - full);
}

const ZONE_WORDS: Readonly<Record<string, string>> = {
  idle: '',
  waiting: 'waiting',
  emitting: 'lit',
  done: 'done',
  endedShort: 'ended short',
  cutOff: 'CUT OFF',
};

function renderZone(zone: ZoneStatusLine, options: RenderOptions): string {
  const { columns, paint } = options;
  const words = ZONE_WORDS[zone.status] ?? zone.status;
  const dose = `${zone.deliveredJPerCm2.toFixed(2)} / ${zone.prescribedJPerCm2.toFixed(2)} J/cm²`;
  const certainty = zone.certainty === 'upperBound' ? ' at most' : '';
  const percent = padStart(`${Math.floor(progressOf(zone) * 100)} %`, 5);
  const contact = zone.contact ? '' : paint('yellow', 'NO CONTACT');
  const note = [contact, zone.status === 'cutOff' ? paint('red', words) : words]
    .filter((word) => word !== '')
    .join(' ');
  if (columns < MEDIUM_COLUMNS)
    return ` ${zone.zone} ${note === '' ? '' : `${note} `}${percent} ${dose}${certainty}`;
  const isWide = columns >= WIDE_COLUMNS;
  const fixed = isWide ? 68 : 44;
  const cells = Math.max(BAR_MIN_CELLS, Math.min(BAR_MAX_CELLS, columns - fixed));
  const bar = paint(zone.status === 'cutOff' ? 'red' : 'green', renderBar(progressOf(zone), cells, options));
  const wavelength = isWide ? `${padStart(String(zone.wavelengthNm), 4)} nm  ` : '';
  const temperature = isWide ? padStart(formatTemperature(zone.skinTemperatureC), 8) : '';
  return ` ${zone.zone}  ${wavelength}${bar} ${percent}  ${dose}${certainty} ${temperature}  ${note}`;
}

/** As many to a line as fit: what is in danger of being cut off at the end is what stops the light. */
function joinFitting(parts: readonly string[], separator: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? ''}${separator}${part}`;
    if (lines.length > 0 && widthOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(` ${part}`);
  }
  return lines;
}

/** Where the zones have no room for theirs: the warmest, which is the one that matters. */
function warmestWords({ zones }: SessionStatus): string {
  const warmest = zones.reduce<ZoneStatusLine | undefined>(
    (found, zone) =>
      (zone.skinTemperatureC ?? -Infinity) > (found?.skinTemperatureC ?? -Infinity) ? zone : found,
    undefined,
  );
  if (warmest === undefined) return zones.length === 0 ? '' : 'skin – °C';
  return `skin ${formatTemperature(warmest.skinTemperatureC)}${zones.length > 1 ? ` (${warmest.zone})` : ''}`;
}

function renderFooting(status: SessionStatus, { paint, columns }: RenderOptions): readonly string[] {
  const parts: string[] = [];
  const warmest = columns < WIDE_COLUMNS ? warmestWords(status) : '';
  if (warmest !== '') parts.push(warmest);
  if (status.batteryPercent !== null) parts.push(`battery ${Math.round(status.batteryPercent)} %`);
  if (status.statusAgeMs !== null) {
    const age = `last report ${(status.statusAgeMs / 1000).toFixed(1)} s ago`;
    parts.push(status.statusAgeMs <= STALE_MS ? age : paint('yellow', age));
  }
  if (status.itemCount > 1) parts.push(`step ${status.itemIndex + 1} of ${status.itemCount}`);
  if (status.badFrameCount > 0) parts.push(paint('yellow', `${status.badFrameCount} damaged frames`));
  return joinFitting(parts, '  ', columns);
}

const beltWords = (status: SessionStatus): string =>
  status.address === 'sim'
    ? 'embedded simulated belt'
    : `${printable(status.beltName ?? status.address)}${status.simulated === true ? ' (simulated)' : ''}`;

/** The whole block; every line fits `columns`. */
export function renderSession(status: SessionStatus, options: RenderOptions): readonly string[] {
  const { columns, paint } = options;
  const total = status.plannedDurationMs;
  const time =
    total === null
      ? ''
      : `${formatDuration(status.elapsedMs)} of ${formatDuration(total)}${status.state === 'paused' ? '' : `, ${formatDuration(Math.max(0, total - status.elapsedMs))} left`}`;
  const lines = [
    `${paintHeadline(status, options)}  ${time}`,
    ` ${printable(status.plan)} · ${beltWords(status)}`,
    ...status.zones.map((zone) => renderZone(zone, options)),
    ...renderFooting(status, options),
    ...status.hazards.map((hazard) => paint('red', paint('bold', ` HAZARD ${hazardWords(hazard)}`))),
    ...status.warnings.map((warning) => paint('yellow', ` ${printable(warning)}`)),
    ...(options.hint === undefined
      ? []
      : joinFitting(options.hint.split(' · '), ' · ', columns).map((line) => paint('dim', line))),
  ];
  return lines.filter((line) => line !== '').map((line) => fitWidth(line.trimEnd(), columns));
}

/** One line for logs and pipes. */
export function renderPlainLine(status: SessionStatus): string {
  const zones = status.zones.map((zone) => {
    const contact = zone.contact ? '' : ' no contact';
    return `${zone.zone} ${zone.deliveredJPerCm2.toFixed(2)}/${zone.prescribedJPerCm2.toFixed(2)}${contact}`;
  });
  const warmest = Math.max(...status.zones.map((zone) => zone.skinTemperatureC ?? -Infinity));
  return [
    headlineOf(status),
    status.plannedDurationMs === null
      ? ''
      : `${formatDuration(status.elapsedMs)} of ${formatDuration(status.plannedDurationMs)}`,
    zones.length === 0 ? '' : `${zones.join(', ')} J/cm²`,
    Number.isFinite(warmest) ? `skin ${formatTemperature(warmest)}` : '',
    status.batteryPercent === null ? '' : `battery ${Math.round(status.batteryPercent)} %`,
    ...status.hazards.map((hazard) => `hazard ${hazardWords(hazard)}`),
    ...status.warnings.map(printable),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** A table with a heading; the first column is words, the others are figures. */
export function renderTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const all = [heading, ...rows];
  const widths = heading.map((_cell, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? padEnd : padStart)(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

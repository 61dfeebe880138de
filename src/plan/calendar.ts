// Dates as people write them in files. Pure: nobody is asked for the time or the time zone.

const MS_PER_MINUTE = 60_000;
export const MS_PER_DAY = 24 * 60 * MS_PER_MINUTE;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const MONTH_DAYS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days since 1970-01-01 of a date that exists, else undefined. */
function dayNumber(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const monthDays = month === 2 && isLeapYear(year) ? 29 : MONTH_DAYS[month - 1];
  if (monthDays === undefined || !(year >= 1970 && day >= 1 && day <= monthDays)) return undefined;
  const before = year - 1;
  const yearDays = 365 * (year - 1970) + (Math.floor(before / 4) - 492) - (Math.floor(before / 100) - 19);
  const leapDays = Math.floor(before / 400) - 4;
  const monthsBefore = MONTH_DAYS.slice(0, month - 1).reduce((sum, days) => sum + days, 0);
  return yearDays + leapDays + monthsBefore + (month > 2 && isLeapYear(year) ? 1 : 0) + day - 1;
}

function offsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (!(hours <= 14 && minutes <= 59)) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MS_PER_MINUTE;
}

/**
 * Milliseconds since 1970 UTC of `2026-03-01` (its first moment in a zone `utcOffsetMinutes` east of Greenwich) or of
 * `2026-03-01T08:30:00Z`; undefined for anything else, and for dates that do not exist.
 */
export function parseDate(text: string, utcOffsetMinutes: number): number | undefined {
  const day = dayNumber(text);
  if (day !== undefined) return day * MS_PER_DAY - utcOffsetMinutes * MS_PER_MINUTE;
  const [, date = '', hours, minutes, seconds = '0', zone = 'Z'] = INSTANT.exec(text) ?? [];
  const days = dayNumber(date);
  const east = offsetMs(zone);
  if (days === undefined || east === undefined) return undefined;
  if (!(Number(hours) <= 23 && Number(minutes) <= 59 && Number(seconds) <= 59)) return undefined;
  const minuteOfDay = Number(hours) * 60 + Number(minutes);
  return days * MS_PER_DAY + minuteOfDay * MS_PER_MINUTE + Number(seconds) * 1000 - east;
}

// When a refused session will be allowed, in the time of the person's own clock. The book's words say it in UTC.
const MS_PER_MINUTE = 60_000;
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR;

const two = (value: number): string => String(value).padStart(2, '0');

/** `19 h 40 min`, `3 days 2 h`: rounded up, so that nobody comes too early. */
export function waitWords(waitMs: number): string {
  const minutes = Math.max(1, Math.ceil(waitMs / MS_PER_MINUTE));
  const hours = Math.floor(minutes / MINUTES_PER_HOUR);
  if (minutes < MINUTES_PER_HOUR) return `${minutes} min`;
  if (minutes < 2 * MINUTES_PER_DAY) return `${hours} h ${minutes % MINUTES_PER_HOUR} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

/** `In local time: Mon 2026-11-23 07:11, in 19 h 40 min.`, where local is not UTC. To the next whole minute; nothing for a time that is none. */
export function localTimeWords(allowedAt: string | null, nowMs: number): string {
  const exactMs = allowedAt === null ? NaN : Date.parse(allowedAt);
  if (Number.isNaN(exactMs)) return '';
  const at = new Date(Math.ceil(exactMs / MS_PER_MINUTE) * MS_PER_MINUTE);
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][at.getDay()] ?? '';
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const wait = exactMs > nowMs ? `, in ${waitWords(exactMs - nowMs)}` : '';
  // The book has said it in UTC: nobody needs the same time twice.
  if (at.getTimezoneOffset() === 0) return wait === '' ? '' : ` That is ${wait.slice(2)}.`;
  return ` In local time: ${day} ${date} ${two(at.getHours())}:${two(at.getMinutes())}${wait}.`;
}

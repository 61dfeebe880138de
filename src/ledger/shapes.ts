// What a value read from a file may be: small questions, put together. None of them throws.
export type Shape = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Shape>>;

const TEXT_MAX_CHARS = 1000;
const LIST_MAX_COUNT = 400;

export const text: Shape = (value) => typeof value === 'string' && value.length <= TEXT_MAX_CHARS;
export const flag: Shape = (value) => typeof value === 'boolean';
export const amount: Shape = (value) => typeof value === 'number' && value >= 0 && value < Infinity;
export const count: Shape = (value) => Number.isSafeInteger(value) && amount(value);
export const ratio: Shape = (value) => amount(value) && Number(value) <= 1;
export const oneOf =
  (...known: readonly unknown[]): Shape =>
  (value) =>
    known.includes(value);
export const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
export const list =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= LIST_MAX_COUNT && value.every(shape);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const record = (fields: Fields): Shape => {
  const asked = Object.entries(fields);
  return (value) =>
    isRecord(value) && asked.every(([key, shape]) => Object.hasOwn(value, key) && shape(value[key]));
};
/** May be missing, and fits when it is there. */
export const optional = (fields: Fields): Shape => {
  const asked = Object.entries(fields);
  return (value) =>
    isRecord(value) && asked.every(([key, shape]) => !Object.hasOwn(value, key) || shape(value[key]));
};
export const both =
  (left: Shape, right: Shape): Shape =>
  (value) =>
    left(value) && right(value);

export const pattern =
  (regex: RegExp): Shape =>
  (value) =>
    typeof value === 'string' && regex.test(value);

export const sessionTag = pattern(/^[0-9a-f]{16}$/);
export const digest = pattern(/^[0-9a-f]{64}$/);

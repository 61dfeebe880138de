// The version of this package; a test compares it with package.json, so that nothing has to be read at start.

export const VERSION = '0.1.0';
/** Of the JSON Lines that `--json` writes: minor grows by additions, and readers ignore fields they do not know. */
export const JSON_SCHEMA_VERSION = '1.0';

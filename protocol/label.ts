// The secret printed on the belt's label: 128 bits as 26 characters of base32 (RFC 4648, no padding).
export const LABEL_CHARACTER_COUNT = 26;
const LABEL_BYTES = 16;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CHARACTER_BITS = 5;
const GROUP_CHARACTERS = 4;
/** Longer text is not read at all. */
const TEXT_MAX_CHARACTERS = 200;

/** Digits that base32 leaves out because people take letters for them. */
const MISREAD: Readonly<Record<string, string>> = {
  '0': 'it is the letter O',
  '1': 'it is the letter I, or perhaps L',
  '8': 'it is the letter B',
  '9': 'look again, it is perhaps G',
};

export type LabelReading =
  | { readonly ok: true; readonly secret: Uint8Array }
  /** Says what to correct, and nothing of the secret. */
  | { readonly ok: false; readonly problem: string };

/** Reads what a person typed or a QR code said. Case, spaces and dashes do not matter. */
export function parseLabel(text: string): LabelReading {
  const refused = (problem: string): LabelReading => ({ ok: false, problem });
  const expected = `a label has ${LABEL_CHARACTER_COUNT} letters and digits`;
  if (text.length > TEXT_MAX_CHARACTERS) return refused(`${expected}, this is much longer`);
  // Only a–z: of other letters `toUpperCase` makes some that labels have (ß, ı, ſ).
  const characters = [
    ...text.replace(/[\s\p{Pd}]/gu, '').replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  ];
  for (const [index, character] of characters.entries()) {
    if (ALPHABET.includes(character)) continue;
    const where = `character ${index + 1} (spaces and dashes not counted)`;
    const hint = MISREAD[character];
    if (hint !== undefined) return refused(`${where}: labels have no digit ${character}; ${hint}`);
    return refused(`${where} is none of the letters A–Z and digits 2–7 that labels have`);
  }
  if (characters.length !== LABEL_CHARACTER_COUNT)
    return refused(
      `${expected}, ${characters.length === 0 ? 'this is empty' : `these are ${characters.length}`}`,
    );
  const secret = new Uint8Array(LABEL_BYTES);
  let buffer = 0;
  let bits = 0;
  let filled = 0;
  for (const character of characters) {
    buffer = (buffer << CHARACTER_BITS) | ALPHABET.indexOf(character);
    bits += CHARACTER_BITS;
    if (bits < 8) continue;
    bits -= 8;
    secret[filled++] = buffer >>> bits;
    buffer &= (1 << bits) - 1;
  }
  // 26 characters hold two bits more than the secret; they are 0 on every label, so most slips in the last one show.
  if (buffer !== 0) return refused('its last character is one of A E I M Q U Y 4');
  return { ok: true, secret };
}

/** The label's text, in groups of four. 16 bytes. */
export function formatLabel(secret: Uint8Array): string {
  if (secret.length !== LABEL_BYTES) throw new RangeError('a label holds 16 bytes');
  let text = '';
  let buffer = 0;
  let bits = 0;
  const take = (): void => {
    if (text.replaceAll('-', '').length % GROUP_CHARACTERS === 0 && text !== '') text += '-';
    text += ALPHABET.charAt((buffer >>> bits) & 31);
  };
  for (const byte of secret) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= CHARACTER_BITS) {
      bits -= CHARACTER_BITS;
      take();
    }
  }
  buffer <<= CHARACTER_BITS - bits;
  bits = 0;
  take();
  return text;
}

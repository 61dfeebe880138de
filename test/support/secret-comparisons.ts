// Finds comparisons of bytes that stop at the first difference, in the sources that hold secrets: the time they take
// tells how much of a guess was right. `equalInConstantTime` is the one comparison that such a file may use.
import ts from 'typescript';

/** A source that names one of these holds a secret, or what proves one. */
const HOLDS_SECRETS =
  /\b(longTermKey|labelSecret|confirmKey|proofTag|sessionKeys|armProof|timingSafeEqual|equalInConstantTime|createSealedEnvelope)\b/;
const SECRET_NAME = /secret|proof|tag$|confirmKey|longTermKey|shared$|digest|nonce/i;
/** Comparisons of Node and of our own that stop early, or may. */
const EARLY_FUNCTIONS = new Set(['bytesEqual', 'isDeepStrictEqual', 'deepEqual', 'deepStrictEqual']);
const EARLY_METHODS = new Set([
  ...['every', 'some', 'equals', 'compare', 'indexOf', 'lastIndexOf', 'findIndex'],
  ...['includes', 'startsWith', 'endsWith', 'localeCompare'],
]);
const BYTES_AS_TEXT = new Set([
  ...['toHex', 'toString', 'join', 'at'],
  ...['byteAt', 'readU16', 'readU24', 'readU32'],
]);
const COMPARISONS = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

export const holdsSecrets = (text: string): boolean => HOLDS_SECRETS.test(text);

function bare(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node))
    return bare(node.expression);
  return node;
}

/** `length` of `tag.length`, `TABLE` of `TABLE[index]`, `crc16` of `crc16(bytes)`. */
function nameOf(node: ts.Expression): string {
  const plain = bare(node);
  if (ts.isIdentifier(plain)) return plain.text;
  if (ts.isPropertyAccessExpression(plain)) return plain.name.text;
  if (ts.isElementAccessExpression(plain)) return nameOf(plain.expression);
  return ts.isCallExpression(plain) ? nameOf(plain.expression) : '';
}
const isSecret = (node: ts.Node): boolean =>
  (ts.isIdentifier(node) && SECRET_NAME.test(node.text)) || ts.forEachChild(node, isSecret) === true;

/** Of the code itself and not of anybody's key: a literal, `undefined`, a constant, a length, a kind. */
function isPublic(node: ts.Expression): boolean {
  const plain = bare(node);
  if (ts.isLiteralExpression(plain) || plain.kind === ts.SyntaxKind.NullKeyword) return true;
  const name = nameOf(plain);
  if (ts.isPropertyAccessExpression(plain) && (name === 'length' || name === 'kind')) return true;
  return name === 'undefined' || /^[A-Z][A-Z0-9_]*$/.test(name);
}

/** One byte of many, or many as text: what an own comparison would look at. */
function isPartOfBytes(node: ts.Expression): boolean {
  const plain = bare(node);
  if (ts.isElementAccessExpression(plain)) return !isPublic(plain);
  return ts.isCallExpression(plain) && BYTES_AS_TEXT.has(calleeName(plain));
}
function calleeName(call: ts.CallExpression): string {
  const callee = bare(call.expression);
  if (ts.isIdentifier(callee)) return callee.text;
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
}

function isEarlyCall(call: ts.CallExpression, isStrict: boolean): boolean {
  const name = calleeName(call);
  const operands = ts.isPropertyAccessExpression(call.expression)
    ? [call.expression.expression, ...call.arguments]
    : call.arguments;
  if (!EARLY_FUNCTIONS.has(name) && !EARLY_METHODS.has(name)) return false;
  return isStrict || operands.some(isSecret);
}

/**
 * Each as `line: text`. `strict`: nothing that looks into bytes may be compared at all; else only what is named like a
 * secret counts, for files that also handle other things.
 */
export function earlyComparisons(text: string, strict: boolean): readonly string[] {
  const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const tell = (node: ts.Node): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${line + 1}: ${node.getText()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && COMPARISONS.has(node.operatorToken.kind)) {
      const sides = [node.left, node.right];
      const isOfSecret = sides.some(isSecret);
      const looksInside = sides.some(isPartOfBytes) && (strict || isOfSecret);
      const isChecksum = sides.some((side) => nameOf(side) === 'crc16');
      if (!isChecksum && (looksInside || (isOfSecret && !sides.some(isPublic)))) tell(node);
    }
    if (ts.isCallExpression(node) && isEarlyCall(node, strict)) tell(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

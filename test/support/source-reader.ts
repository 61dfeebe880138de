// Reads our own sources for the architecture test: what a file imports, and which doors to the world it names.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const listTypeScript = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

export interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}
export interface Source {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly globals: ReadonlySet<string>;
  readonly lineCount: number;
  /** `any`, `enum` and default exports, which the style forbids. */
  readonly forbidden: readonly string[];
}

/** Globals through which time, chance and the world come in. */
const EFFECT_GLOBALS = new Set([
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'queueMicrotask',
  'process',
  'console',
]);

/** Reads one file: what it imports, and which effect globals it names other than as a property or a declaration. */
export function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const imports: Import[] = [];
  const globals = new Set<string>();
  const resolve = (specifier: string): string =>
    specifier.startsWith('.') ? relative(root, join(root, dirname(path), specifier)) : specifier;
  const forbidden: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isEnumDeclaration(node)) forbidden.push('enum');
    if (ts.isExportAssignment(node)) forbidden.push('default export');
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      const specifier = (node.moduleSpecifier as ts.StringLiteral).text;
      const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
      const typeOnly = ts.isImportDeclaration(node)
        ? clause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly;
      imports.push({ target: resolve(specifier), typeOnly, lazy: false });
      return;
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0];
      if (argument !== undefined && ts.isStringLiteralLike(argument)) {
        imports.push({ target: resolve(argument.text), typeOnly: false, lazy: true });
      }
    }
    if (node.kind === ts.SyntaxKind.AnyKeyword) forbidden.push('any');
    if (ts.isIdentifier(node) && isFreeUse(node)) {
      if (EFFECT_GLOBALS.has(node.text)) globals.add(node.text);
      if (
        node.text === 'Math' &&
        ts.isPropertyAccessExpression(node.parent) &&
        node.parent.name.text === 'random'
      ) {
        globals.add('Math.random');
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, imports, globals, lineCount: text.split('\n').length - 1, forbidden };
}

/** Not `clock.setTimeout`, not `{ setTimeout: … }`, not a method or parameter of that name. */
function isFreeUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent))
    return parent.name !== node;
  if (ts.isPropertySignature(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) return false;
  return true;
}

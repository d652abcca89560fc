/**
 * Finds assertions that may not be made: under a condition, in a `catch`, behind an early return, in a loop over what may
 * be empty. A test that makes none of its assertions passes.
 */
import { type Node, parseSync } from '@swc/core';

/** What has no span in swc's types, but in its tree. */
type Tree = Node & Readonly<Record<string, unknown>> & { readonly span: { start: number; end: number } };

const LOOPS = /^For(Of|In)Statement$/;
/** Of arrays: with a function for each item. */
const EACH = /^(forEach|map|flatMap|filter|every|some)$/;
/** Gives what it is called on in another way, and as much of it. */
const SAME = /^(entries|keys|values|map|sort|toSorted|reverse|toReversed)$/;
const CASTS =
  /^(Ts(ConstAssertion|AsExpression|SatisfiesExpression|NonNullExpression)|ParenthesisExpression)$/;
const EARLY = /^(Continue|Break|Return)Statement$/;
const FUNCTION = /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/;

const isNode = (value: unknown): value is Tree => typeof (value as Tree | null)?.type === 'string';
/** Also those that swc puts into plain objects, as arguments. */
const children = (node: Tree): Tree[] => inside(Object.values(node));
function inside(values: readonly unknown[]): Tree[] {
  return values.flatMap((value) => {
    if (isNode(value)) return [value];
    return value !== null && typeof value === 'object' ? inside(Object.values(value)) : [];
  });
}
const name = (node: unknown): string =>
  isNode(node) && node.type === 'Identifier' ? String(node.value) : '';
const method = ({ type, callee }: Tree): string =>
  type === 'CallExpression' && isNode(callee) && callee.type === 'MemberExpression'
    ? name(callee.property)
    : '';

/** `expect(…)`, and functions of ours whose names begin with it. */
const isAssertion = ({ type, callee }: Tree): boolean =>
  type === 'CallExpression' && name(callee).startsWith('expect');
const has = (node: Tree, is: (node: Tree) => boolean): boolean =>
  is(node) || children(node).some((child) => has(child, is));
/** In the same function. */
const leavesEarly = (node: Tree): boolean =>
  EARLY.test(node.type) || children(node).some((child) => !FUNCTION.test(child.type) && leavesEarly(child));

/** Lines of a source in which an assertion is that may not be made, each with why. */
export function conditionalAssertions(source: string): string[] {
  const root = parseSync(source, { syntax: 'typescript', target: 'es2022' }) as unknown as Tree;
  // Places count bytes, on from what was parsed before.
  const start = root.span.end - Buffer.byteLength(source.trimEnd());
  const lineOf = ({ span }: Tree) =>
    Buffer.from(source)
      .subarray(0, span.start - start)
      .toString()
      .split('\n').length;
  const constants = new Map<string, unknown>();
  const found = new Set<string>();

  /** Whether something has items for sure: it is written out, or a constant that is. */
  function isFull(value: unknown): boolean {
    if (!isNode(value)) return false;
    if (CASTS.test(value.type)) return isFull(value.expression);
    if (value.type === 'ArrayExpression')
      return (value.elements as { spread: unknown; expression: unknown }[]).some(
        (each) => !each.spread || isFull(each.expression),
      );
    if (value.type === 'ObjectExpression')
      return inside([value.properties]).some(({ type }) => type !== 'SpreadElement');
    if (value.type === 'Identifier')
      return /^[A-Z][A-Z\d_]*$/.test(name(value)) || isFull(constants.get(name(value)));
    const [first] = (value.arguments ?? []) as { expression: unknown }[];
    if (value.type === 'NewExpression') return isFull(first?.expression);
    if (name(value.callee) === 'atLeastOne') return true;
    const callee = value.callee as Tree | undefined;
    if (['Object', 'Array'].includes(name(callee?.object))) return isFull(first?.expression);
    return SAME.test(method(value)) && isFull(callee?.object);
  }

  /** Why what is below `child` of a node may not be reached; null if it is when the node is. */
  function condition(node: Tree, child: Tree): string | null {
    if (node.type === 'IfStatement' || node.type === 'ConditionalExpression')
      return child === node.test ? null : 'if';
    if (node.type === 'BinaryExpression' && /^(&&|\|\||\?\?)$/.test(String(node.operator)))
      return child === node.right ? String(node.operator) : null;
    if (node.type === 'CatchClause' || (method(node) === 'catch' && child !== node.callee)) return 'catch';
    if (node.type === 'SwitchCase') return 'case';
    if (LOOPS.test(node.type) && child === node.body)
      return isFull(node.right) ? null : 'a loop over what may be empty';
    if (EACH.test(method(node)) && child !== node.callee)
      return isFull((node.callee as Tree).object) ? null : 'a loop over what may be empty';
    return null;
  }

  function visit(node: Tree): void {
    if (node.type === 'VariableDeclarator')
      constants.set(name(node.id), constants.has(name(node.id)) ? null : node.init);
    // For every input that is tried there may be none of something.
    if (/^(property|asyncProperty)$/.test(method(node))) return;
    let left = false;
    for (const child of children(node)) {
      const why = condition(node, child) ?? (left ? 'what leaves early' : null);
      if (why && has(child, isAssertion)) found.add(`${lineOf(child)}: ${why}`);
      if (/^(BlockStatement|FunctionBody)$/.test(node.type) && child.type === 'IfStatement')
        left ||= leavesEarly(child);
      visit(child);
    }
  }
  visit(root);
  return [...found];
}

/** What code does to a variable of its surroundings, told from its syntax tree. */
import { parse } from 'acorn';
import { isObject } from '../../codec/json.ts';

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

/**
 * Whether statements give a new value to a variable of that name outside of them: not where the name is that of another
 * variable, which they declare themselves. Code that is newer than the parser does, as far as is known.
 */
export function assigns(code: string, name: string): boolean {
  if (!code.includes(name) && !code.includes('eval')) return false;
  try {
    return doesAssign(parse(`() => {${code}\n}`, { ecmaVersion: 'latest' }), name);
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

function doesAssign(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((each) => doesAssign(each, name));
  if (!isNode(node)) return false;
  if (node.type === 'Identifier') return node['name'] === 'eval';
  if (targetsOf(node).some((target) => namesIn(target).includes(name))) return true;
  if (declaredIn(node).includes(name)) return false;
  return Object.values(node).some((child) => doesAssign(child, name));
}

/** What a node gives new values to. */
function targetsOf(node: Node): readonly unknown[] {
  switch (node.type) {
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
      return [node['left']];
    case 'UpdateExpression':
      return [node['argument']];
    default:
      return [];
  }
}

/** The names that a node declares for what is in it. */
function declaredIn(node: Node): readonly string[] {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [...namesIn(node['params']), ...namesIn(node['id']), ...variablesIn(node['body'])];
    case 'BlockStatement':
    case 'StaticBlock':
      return listOf(node['body']).flatMap(declarationsOf);
    case 'SwitchStatement':
      return listOf(node['cases']).flatMap((each) => listOf(each['consequent']).flatMap(declarationsOf));
    case 'ForStatement':
      return declarationsOf(node['init']);
    case 'ForInStatement':
    case 'ForOfStatement':
      return declarationsOf(node['left']);
    case 'CatchClause':
      return namesIn(node['param']);
    default:
      return [];
  }
}

function declarationsOf(statement: unknown): string[] {
  if (!isNode(statement)) return [];
  if (statement.type === 'VariableDeclaration')
    return listOf(statement['declarations']).flatMap((each) => namesIn(each['id']));
  const isNamed = statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration';
  return isNamed ? namesIn(statement['id']) : [];
}

/** Names that `var` declares at any depth of a function. */
function variablesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(variablesIn);
  if (!isNode(node) || node.type.includes('Function')) return [];
  const own = node.type === 'VariableDeclaration' && node['kind'] === 'var' ? declarationsOf(node) : [];
  return [...own, ...Object.values(node).flatMap(variablesIn)];
}

/** The variables in a pattern, such as `[a, { b: c = 1 }, ...d]`. */
function namesIn(pattern: unknown): string[] {
  if (Array.isArray(pattern)) return pattern.flatMap(namesIn);
  if (!isNode(pattern)) return [];
  switch (pattern.type) {
    case 'Identifier':
      return typeof pattern['name'] === 'string' ? [pattern['name']] : [];
    case 'ObjectPattern':
      return namesIn(pattern['properties']);
    case 'Property':
      return namesIn(pattern['value']);
    case 'ArrayPattern':
      return namesIn(pattern['elements']);
    case 'AssignmentPattern':
      return namesIn(pattern['left']);
    case 'RestElement':
      return namesIn(pattern['argument']);
    default:
      return [];
  }
}

function listOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return isObject(value) && typeof value['type'] === 'string';
}

/**
 * The value of an expression of JavaScript, in strict mode, with the names of a scope in it.
 *
 * For sources that are made of a schema, and for expressions of the caller himself: never for text that came as data.
 * Throws a SyntaxError where it is no expression.
 */
export function construct(scope: Readonly<Record<string, unknown>>, source: string): unknown {
  const make: unknown = new Function(...Object.keys(scope), `'use strict'; return (${source}\n);`);
  return isFunction(make) ? make(...Object.values(scope)) : undefined;
}

function isFunction(value: unknown): value is (...values: unknown[]) => unknown {
  return typeof value === 'function';
}

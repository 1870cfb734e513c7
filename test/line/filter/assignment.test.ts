import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assigns } from '../../../src/line/filter/assignment.ts';

for (const code of [
  'image = 1',
  'image += 1',
  'image ??= 1',
  'image++',
  '--image',
  '[image] = [1]',
  '[, ...image] = [1]',
  '({ image } = {})',
  '({ a: [image = 2] } = {})',
  'for (image of []) {}',
  'for (image in {}) {}',
  'for ([image] of []) {}',
  'const f = () => { image = 1; }; f()',
  'function f(a) { if (a) image = 1; } f(1)',
  'if (1) { let x; { image = x; } }',
  '{ let image = 1; } image = 2',
  '(function () { { let image; } image = 1; })()',
  'eval("image = 1")',
]) {
  test(`gives image a new value: ${code}`, () => assert.equal(assigns(code, 'image'), true));
}

for (const code of [
  '',
  'entry.pid = 1',
  'entry.image = 1',
  'image.x = 1',
  'image["x"]++',
  'image == 1; image === 2; image >= 1',
  '"image = 1"; `image = 1`; /image=1/',
  '// image = 1',
  'const image = 1',
  'let image = 1; image = 2',
  'var image; image = 1',
  'if (1) { var image = 2; } image = 3',
  '[].map(image => image)',
  '[].map((image) => { image = 1; })',
  '[].map(({ image }) => image++)',
  '[].map((a, ...image) => { image = a; })',
  'function image() { image = 1; }',
  '(function image() { image = 1; })',
  'function f() { image = 1; let image; }',
  'for (let image = 0; image < 2; image++) {}',
  'for (const image of []) image++',
  'try {} catch (image) { image = 1 }',
  'switch (1) { case 1: let image; image = 1; }',
  'class image { static { image = 1; } }',
  'const x = { image: 1 }; x.image = 2',
]) {
  test(`leaves image as it is: ${code}`, () => assert.equal(assigns(code, 'image'), false));
}

import type protobuf from 'protobufjs';
import { HEAD_NUMBERS, rawMagicByFile, type Head, type ImageFacts } from './images.ts';
import { isFileMagic, isRawMagic } from './magics.ts';
import { nameOf, type ProtoFiles } from './proto-files.ts';

const KEYS = ['magic', 'number', 'file', 'entry', 'first', 'head'];

/** Adds the image that a message declares by its option `(image)`, if it has one. Throws a CritError where it cannot be one. */
export function readImage(
  files: ProtoFiles,
  type: protobuf.Type,
  messages: Readonly<Record<string, string>>,
  images: Record<string, ImageFacts>,
): void {
  const found = type.parsedOptions?.find((each) => each['(image)'] !== undefined)?.['(image)'];
  if (found === undefined) return;
  const fail = (reason: string): never => {
    throw files.error(type, `option (image): ${reason}`);
  };
  const option: Record<string, unknown> = typeof found === 'object' && found !== null ? { ...found } : {};
  const { magic, number, file, entry = nameOf(type), first, head = 'common' } = option;
  const other = Object.keys(option).find((key) => !KEYS.includes(key));
  if (other !== undefined) fail(`no ${other}; it has ${KEYS.join(', ')}`);
  if (typeof magic !== 'string' || !/^[A-Z][A-Z0-9_]*$/.test(magic) || isRawMagic(magic) || isFileMagic(magic))
    return fail('magic must be a name of capital letters, such as "GPU_STATE"');
  if (
    typeof number !== 'number' ||
    number < 1 ||
    number > 0xffffffff ||
    Object.values(HEAD_NUMBERS).some((each) => each === number)
  )
    return fail('number must be the magic number, of 32 bits');
  if (typeof entry !== 'string' || messages[entry] === undefined) return fail(`no message ${JSON.stringify(entry)}`);
  if (first !== undefined && (typeof first !== 'string' || messages[first] === undefined))
    return fail(`no message ${JSON.stringify(first)}`);
  if (!isHead(head)) return fail('head must be "common", "service" or "none"');
  const patterns: readonly unknown[] = Array.isArray(file) ? file : file === undefined ? [] : [file];
  const names = patterns.map((name) =>
    isPattern(name) ? name : fail(`${JSON.stringify(name)} is no name of an image`),
  );
  for (const [rival, facts] of Object.entries(images)) {
    if (rival === magic) continue;
    if (facts.number === number) fail(`${rival} has this number already`);
    const shared = facts.files.find((name) => names.includes(name));
    if (shared !== undefined) fail(`${rival} has files called ${shared} already`);
  }
  const extra = images[magic]?.extra;
  images[magic] = {
    number,
    head,
    ...(typeof first === 'string' && { first }),
    entry,
    ...(extra !== undefined && { extra }),
    files: names,
  };
}

/** A name in a directory, with one number in it at the most, which no file in another format has. */
function isPattern(name: unknown): name is string {
  if (typeof name !== 'string' || !/^[\w.-]+(%(u|lu|x))?[\w.-]*$/.test(name)) return false;
  return rawMagicByFile(name.replace(/%\w+?(?=\.|$)/, '1')) === undefined;
}

function isHead(value: unknown): value is Head {
  return value === 'common' || value === 'service' || value === 'none';
}

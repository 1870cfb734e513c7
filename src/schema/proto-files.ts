import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { CritError, placed } from '../error.ts';

/** They extend protobuf's own descriptor: they describe options, not images. */
const OPTION_FILES = ['opts.proto', 'crit.proto'];

/** The .proto files of a directory as protobufjs reflection, names as they are written. Errors name the file and the line. */
export class ProtoFiles {
  readonly root: protobuf.Root = new protobuf.Root();
  /** The text of each file without its comments, by its path. */
  readonly #texts = new Map<string, string>();

  /**
   * `known` are types that fields may have and `extend` may name without a file that declares them. Throws a CritError where
   * the directory cannot be read, a file does not parse, or names a type that is not there.
   */
  constructor(directory: string, known: Iterable<protobuf.Type | protobuf.Enum>) {
    for (const path of protoFiles(directory)) this.#texts.set(path, withoutComments(readText(path)));
    const all = [...this.#texts.values()].join('\n');
    // Before they are asked for: protobufjs would find a field of that name.
    for (const item of known) if (!declares(all, item.name)) this.root.add(item);
    for (const [path, text] of this.#texts) this.#parse(path, text);
    for (const item of known) if (!this.root.get(item.name)) this.root.add(item);
    this.#checkTypes(this.root);
    this.root.resolveAll();
  }

  #parse(path: string, text: string): void {
    try {
      // What is parsed gets the name of its file.
      Object.assign(protobuf.parse, { filename: path });
      protobuf.parse(text, this.root, { keepCase: true });
    } catch (error) {
      if (!(error instanceof Error) || error instanceof TypeError) throw error;
      const { message } = error;
      const line = Number(/line (\d+)\)$/.exec(message)?.[1]) || lineOfConflict(text, message);
      throw new CritError('format', message.replace(/ \([^()]*line \d+\)$/, ''), { image: path, line }, error);
    } finally {
      Object.assign(protobuf.parse, { filename: null });
    }
  }

  /** An error at the place where something is declared. */
  error(item: protobuf.ReflectionObject, reason: string): CritError {
    const path = item.filename ?? undefined;
    const text = path === undefined ? undefined : this.#texts.get(path);
    return new CritError('format', `${nameOf(item)}: ${reason}`, {
      image: path,
      line: text === undefined ? undefined : lineAt(text, positionOf(text, item)),
    });
  }

  #checkTypes(space: protobuf.NamespaceBase): void {
    const fields = space instanceof protobuf.Type ? space.fieldsArray : [];
    for (const item of [...fields, ...space.nestedArray]) {
      if (item instanceof protobuf.Namespace) this.#checkTypes(item);
      else if (isOptionExtension(item)) space.remove(item);
      else if (item instanceof protobuf.Field) {
        if (!this.#isKnown(item)) throw this.error(item, `no type ${item.type}`);
        if (item.extend !== undefined && !this.root.lookup(item.extend, protobuf.Type))
          throw this.error(item, `extends ${item.extend}, which is no message`);
      }
    }
  }

  #isKnown(field: protobuf.Field): boolean {
    if (Object.hasOwn(protobuf.types.basic, field.type)) return true;
    const scope = field.declaringField?.parent ?? field.parent ?? this.root;
    return scope.lookup(field.type, [protobuf.Type, protobuf.Enum]) !== null;
  }
}

/** Whether something extends the options of protobuf itself: no image has it, and protobuf's own types are not there. */
function isOptionExtension(item: protobuf.ReflectionObject): boolean {
  return item instanceof protobuf.Field && /^\.?google\.protobuf\./.test(item.extend ?? '');
}

export function nameOf(item: protobuf.ReflectionObject): string {
  return item.fullName.slice(1);
}

function protoFiles(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    throw placed(error, { image: directory });
  }
  const files = names.filter((name) => name.endsWith('.proto') && !OPTION_FILES.includes(name));
  if (files.length === 0) throw new CritError('usage', 'has no .proto files', { image: directory });
  return files.sort().map((name) => join(directory, name));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw placed(error, { image: path });
  }
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|\/\/.*/g, (comment) => comment.replace(/[^\n]/g, ' '));
}

function declares(text: string, name: string): boolean {
  return new RegExp(`\\b(?:message|enum)\\s+${name}\\b`).test(text);
}

/** The line of what does not go with something before it, of which protobufjs says only the names. */
function lineOfConflict(text: string, message: string): number | undefined {
  const {
    id,
    name,
    space = '',
  } = /(?:\bid (?<id>\d+)|'(?<name>\w+)').* in (?:\w+ )?\.?(?<space>[\w.]*)$/.exec(message)?.groups ?? {};
  if (id === undefined && name === undefined) return undefined;
  const from = space === 'Root' ? 0 : declaration(text, space.split('.'), 0);
  const pattern = id === undefined ? new RegExp(`\\b${name}\\b`, 'g') : new RegExp(`=\\s*${id}\\b`, 'g');
  const found = [...text.slice(from).matchAll(pattern)];
  const at = found[message.startsWith('duplicate') ? 1 : 0] ?? found[0];
  return at && lineAt(text, from + at.index);
}

function positionOf(text: string, item: protobuf.ReflectionObject): number {
  const path = nameOf(item).split('.');
  if (!(item instanceof protobuf.Field)) return declaration(text, path, 0);
  const from = declaration(text, item.extend === undefined ? path.slice(0, -1) : item.extend.split('.'), 0);
  const at = text.slice(from).search(new RegExp(`\\b${item.name}\\s*=`, item.delimited ? 'i' : ''));
  return at < 0 ? from : from + at;
}

/** Where the innermost of some names, each within the one before, is declared. */
function declaration(text: string, names: readonly string[], from: number): number {
  let position = from;
  for (const name of names) {
    const at = text.slice(position).search(new RegExp(`\\b(?:message|enum|extend|group)\\s+\\.?${name}\\b`));
    if (at >= 0) position += at;
  }
  return position;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

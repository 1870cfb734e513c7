/** The documents for users, and what is in them that can be checked. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface CodeBlock {
  /** Such as `README.md:20`. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

/** A command that a document shows, and what it prints there. */
export interface Example {
  readonly command: string;
  readonly output: string;
}

/** Paths of the documents, from the root of the repository. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export function readDocument(path: string): string {
  return readFileSync(root + path, 'utf8');
}

/** The fenced code of a document, in order. */
export function codeBlocks(path: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { place: string; language: string; lines: string[] } | undefined;
  for (const [index, line] of readDocument(path).split('\n').entries()) {
    const fence = /^```(\S*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (!open) open = { place: `${path}:${index + 1}`, language: fence[1] ?? '', lines: [] };
    else {
      blocks.push({ place: open.place, language: open.language, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    }
  }
  if (open) throw new Error(`${open.place}: a block that does not end`);
  return blocks;
}

/** Commands begin with `$ `, go on in lines that begin with `> `, and are followed by what they print. */
export function examples(block: CodeBlock): Example[] {
  const found: { command: string; output: string }[] = [];
  for (const line of block.text.trimEnd().split('\n')) {
    const last = found.at(-1);
    if (line.startsWith('$ ')) found.push({ command: line.slice(2), output: '' });
    else if (!last) throw new Error(`${block.place}: output before the first command`);
    else if (line.startsWith('> ') && last.output === '') last.command += `\n${line.slice(2)}`;
    else last.output += `${line}\n`;
  }
  return found;
}

export interface Program {
  readonly place: string;
  readonly text: string;
  /** What it prints: the text block after the words "This prints:", or nothing. */
  readonly output: string;
}

/** The TypeScript of a document. */
export function programs(path: string): Program[] {
  const document = readDocument(path).split('\n');
  const found: { place: string; text: string; output: string }[] = [];
  for (const block of codeBlocks(path)) {
    const line = Number(block.place.slice(path.length + 1));
    const last = found.at(-1);
    if (block.language === 'ts') found.push({ place: block.place, text: block.text, output: '' });
    else if (last && document[line - 3] === 'This prints:') last.output = block.text;
  }
  return found;
}

/** A pattern for output in which `...` stands for what was left out: the rest of a line, or, alone on one, any number of lines. */
export function shortened(output: string): RegExp {
  const lines = output.split(/(?<=\n)/).map((line) => {
    if (line === '...\n') return '(?:[^\\n]*\\n)*?';
    return line.split('...').map(escape).join('[^\\n]*');
  });
  return new RegExp(`^${lines.join('')}$`);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A line as the tests look at it. */
export interface TestLine {
  image: string;
  magic: string;
  begin?: Record<string, unknown>;
  entry?: Record<string, unknown>;
  piece?: { offset: number; length: number; data?: string; fill?: number };
  end?: Record<string, unknown>;
  extra?: unknown;
  at?: unknown;
  wire?: string;
  error?: { image?: string; message: string };
}

/** The lines of an output. Fails where a line is not whole. */
export function parseLines(output: Uint8Array | string): TestLine[] {
  const text = typeof output === 'string' ? output : new TextDecoder('utf-8', { fatal: true }).decode(output);
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error(`the last line is not whole: ${text.slice(-80)}`);
  return text.trimEnd().split('\n').map(parseLine);
}

function parseLine(text: string): TestLine {
  const line: TestLine = JSON.parse(text);
  return line;
}

/** Lines as text. */
export function formatLines(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Lines of one image: its brackets and what is between them. */
export function imageLines(image: string, magic: string, ...between: readonly object[]): object[] {
  return [{ begin: {} }, ...between, { end: {} }].map((line) => ({ image, magic, ...line }));
}

/** What CRIU's image format is, up to version 4.3, as tables: the tests hold proto/ and src/schema against them. */
import { readFileSync } from 'node:fs';

export interface FieldFacts {
  number: number;
  name: string;
  type: string;
  label: string;
  default?: string;
  packed?: boolean;
  /** Display options: `hex`, `flags`, ... */
  criu?: Record<string, string | boolean>;
}

export type EnumFacts = Record<string, number>;

export interface MessageFacts {
  fields: FieldFacts[];
  /** Enums inside the message. */
  enums?: Record<string, EnumFacts>;
}

export interface FileFacts {
  imports: string[];
  messages: Record<string, MessageFacts>;
  enums?: Record<string, EnumFacts>;
}

export interface ImageFacts {
  magic: string;
  head: string;
  files: string[];
  /** Message of every entry, or of the `first` and of the `rest`. */
  entry?: string;
  first?: string;
  rest?: string;
  extra?: string;
}

export interface ImagesFacts {
  common: string;
  service: string;
  images: Record<string, ImageFacts>;
  /** Names of files that are not in the image format. */
  rawImages: Record<string, string[]>;
  flags: Record<string, Record<string, number>>;
  dicts: Record<string, Record<string, Record<string, string>>>;
}

/** The .proto files, by name. */
export const fileFacts: Record<string, FileFacts> = JSON.parse(textOf('messages.json'));

/** The images, and the names of flags and values. */
export const imagesFacts: ImagesFacts = JSON.parse(textOf('images.json'));

function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

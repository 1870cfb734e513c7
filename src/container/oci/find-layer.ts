/**
 * The layer of an image that is a checkpoint, by its documents: index.json and the manifest that it names (OCI image layout 1.0),
 * or manifest.json (docker-archive). All of it comes from strangers: digests are checked, and names lead to blobs alone.
 */
import { createHash } from 'node:crypto';
import { isObject } from '../../codec/json.ts';
import { CritError, placed } from '../../error.ts';

/** The most bytes that a document may have; the specification asks for 4 MiB. */
export const DOCUMENT_LIMIT: number = 4 * 1024 * 1024;
/** How often an index may name another index. */
const DEPTH_LIMIT = 4;

/** The one layer of an image. */
export interface Layer {
  /** Its path in the image. */
  readonly path: string;
  readonly sha256: string;
  /** Bytes, where they are told. */
  readonly size: number | undefined;
  /** What was said of the checkpoint when the image was made. */
  readonly annotations: Readonly<Record<string, string>>;
}

type Document = Readonly<Record<string, unknown>>;

/** `read` gives a document of the image by its path. Throws a CritError where the image has not exactly one layer. */
export function findLayer(read: (path: string) => Buffer | undefined): Layer {
  const index = read('index.json');
  if (index) return ociLayer(parse(index, 'index.json'), read);
  const manifest = read('manifest.json');
  if (manifest) return dockerLayer(manifest, read);
  throw new CritError('truncated', 'an OCI image without index.json or manifest.json: cut off');
}

function ociLayer(index: Document, read: (path: string) => Buffer | undefined): Layer {
  let document = index;
  let at = 'index.json';
  for (let depth = 0; Array.isArray(document['manifests']); depth++) {
    if (depth === DEPTH_LIMIT) throw wrong(at, 'an index in an index, again and again');
    const blob = descriptorOf(onlyOf(document['manifests'], 'images', at), at);
    const bytes = read(blob.path);
    if (!bytes) throw wrong(at, `names a manifest that is not there, or is none: ${blob.path}`);
    checkBlob(blob, bytes.length, digestOf(bytes));
    document = parse(bytes, blob.path);
    at = blob.path;
  }
  const layer = descriptorOf(onlyOf(document['layers'], 'layers', at), at);
  return { ...layer, annotations: textsOf(document['annotations']) };
}

/** What `podman save` and `docker save` write: names in the place of digests, and a digest of the layer in its config. */
function dockerLayer(manifest: Buffer, read: (path: string) => Buffer | undefined): Layer {
  const at = 'manifest.json';
  const image = onlyOf(parse(manifest, at, Array.isArray), 'images', at);
  const path = isObject(image) ? onlyOf(image['Layers'], 'layers', at) : undefined;
  const config = isObject(image) ? image['Config'] : undefined;
  if (typeof path !== 'string' || typeof config !== 'string') throw wrong(at, 'names no layer or no config');
  const bytes = read(config);
  if (!bytes) throw wrong(at, `names a config that is not there: ${config}`);
  const { rootfs } = parse(bytes, config);
  const digest = onlyOf(isObject(rootfs) ? rootfs['diff_ids'] : undefined, 'layers', config);
  return { path, sha256: sha256Of(digest, config), size: undefined, annotations: {} };
}

/** Throws a CritError where a blob is not what it is said to be. */
export function checkBlob({ path, sha256, size }: Omit<Layer, 'annotations'>, length: number, digest: string): void {
  if (size !== undefined && size !== length)
    throw wrong(path, `its size is ${length} bytes, and ${size} are said in the image`);
  if (digest !== sha256) throw wrong(path, `damaged: its digest is sha256:${digest}, and sha256:${sha256} is said`);
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function descriptorOf(value: unknown, at: string): Omit<Layer, 'annotations'> {
  const { digest, size } = isObject(value) ? value : {};
  const sha256 = sha256Of(digest, at);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw wrong(at, 'a blob without a size');
  return { path: `blobs/sha256/${sha256}`, sha256, size };
}

function sha256Of(digest: unknown, at: string): string {
  const hex = typeof digest === 'string' ? /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1] : undefined;
  if (hex === undefined) throw wrong(at, 'a digest that is not sha256 and 64 hexadecimal digits');
  return hex;
}

function onlyOf(list: unknown, what: string, at: string): unknown {
  if (!Array.isArray(list)) throw wrong(at, `has no list of ${what}`);
  if (list.length === 1) return list[0];
  throw wrong(at, `has ${list.length} ${what}, and the image of a checkpoint has one: name one that has, or unpack it`);
}

function parse(bytes: Buffer, at: string): Document;
function parse<T>(bytes: Buffer, at: string, is: (value: unknown) => value is T): T;
function parse(bytes: Buffer, at: string, is: (value: unknown) => boolean = isObject): unknown {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw placed(error);
    throw wrong(at, `not JSON: ${error.message}`);
  }
  if (!is(value)) throw wrong(at, 'not a document of an OCI image');
  return value;
}

function textsOf(value: unknown): Record<string, string> {
  const pairs = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(pairs.flatMap(([key, each]) => (typeof each === 'string' ? [[key, each]] : [])));
}

function wrong(image: string, reason: string): CritError {
  return new CritError('format', reason, { image });
}

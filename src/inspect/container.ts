/**
 * What the engine wrote about a container beside its images: config.dump and spec.dump of Podman, CRI-O and containerd,
 * network.status of Podman, status of containerd. All of it may be missing, and anything may stand in it.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../codec/json.ts';
import { ifReadable } from '../checkpoint/if-readable.ts';

export interface Container {
  readonly name?: string;
  readonly id?: string;
  readonly image?: string;
  readonly imageId?: string;
  readonly engine?: string;
  readonly runtime?: string;
  readonly created?: string;
  readonly checkpointed?: string;
  readonly command?: readonly string[];
  readonly hostname?: string;
  readonly pod?: string;
  readonly namespace?: string;
  readonly addresses?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** More than any engine writes. */
const SIZE_LIMIT = 16 * 1024 * 1024;
/** A time that Go writes where there is none. */
const NO_TIME = '0001-01-01T00:00:00Z';

const ENGINES: Readonly<Record<string, string>> = { libpod: 'Podman', 'cri-o': 'CRI-O' };

/** What engines say of an OCI image that they make of a checkpoint: Podman, and checkpointctl for all. */
const PODMAN = 'io.podman.annotations.checkpoint.';
const CRIO = 'io.kubernetes.cri-o.annotations.checkpoint.';
const CHECKPOINTCTL = 'org.criu.checkpoint.';

/** Gives the contents of a file beside the images; undefined where it is not there. */
type ReadFile = (name: string) => Buffer | undefined;

/** Reads what is there in a directory; undefined where there is nothing of a container. `said` are the annotations of the image that it was in. */
export function readContainer(directory: string, said: Readonly<Record<string, string>> = {}): Container | undefined {
  // What an engine did not write is left out.
  const read = (name: string): Buffer | undefined =>
    ifReadable(() => {
      const path = join(directory, name);
      return statSync(path).size > SIZE_LIMIT ? undefined : readFileSync(path);
    });
  return containerOf(read, said);
}

/** The same of files from anywhere. */
export function containerOf(read: ReadFile, said: Readonly<Record<string, string>> = {}): Container | undefined {
  const readJson = (name: string): Record<string, unknown> | undefined => jsonOf(read(name));
  const config = readJson('config.dump');
  const spec = readJson('spec.dump') ?? (isObject(config?.['spec']) ? config['spec'] : undefined);
  if (!config && !spec && Object.keys(said).length === 0) return undefined;
  const annotations = { ...(isObject(spec?.['annotations']) ? textsOf(spec['annotations']) : {}), ...said };
  const note = (...keys: string[]): string | undefined => keys.map((key) => annotations[key]).find(Boolean);
  const process = isObject(spec?.['process']) ? spec['process'] : undefined;
  const status = readJson('status');
  const made = Object.keys(said);
  const manager =
    note('io.container.manager', `${CHECKPOINTCTL}engine.name`) ??
    (made.some((key) => key.startsWith(PODMAN)) ? 'libpod' : undefined) ??
    (made.some((key) => key.startsWith(CRIO)) ? 'cri-o' : undefined);
  const isContainerd = status?.['CreatedAt'] !== undefined || note('io.kubernetes.cri.container-type') !== undefined;
  const addresses = [note('io.kubernetes.cri-o.IP.0'), ...networkAddresses(readJson('network.status'))].filter(
    (address) => address !== undefined,
  );
  return defined({
    name:
      text(config?.['name']) ??
      note(
        'io.kubernetes.cri-o.ContainerName',
        'io.kubernetes.cri.container-name',
        `${PODMAN}name`,
        `${CRIO}name`,
        `${CHECKPOINTCTL}container.name`,
      ),
    id: text(config?.['id']) ?? note('io.kubernetes.cri-o.ContainerID'),
    image:
      text(config?.['rootfsImageName']) ??
      note(
        'io.kubernetes.cri-o.Image',
        'io.kubernetes.cri.image-name',
        `${PODMAN}rootfsImageName`,
        `${CHECKPOINTCTL}rootfsImageName`,
      ),
    imageId: text(config?.['rootfsImageID']) ?? text(config?.['rootfsImageRef']) ?? text(config?.['rootfsImage']),
    engine: isContainerd ? 'containerd' : manager === undefined ? undefined : (ENGINES[manager] ?? manager),
    runtime:
      text(config?.['runtime']) ??
      text(config?.['ociRuntime']) ??
      note(`${PODMAN}runtime.name`, `${CHECKPOINTCTL}runtime.name`),
    created: time(config?.['createdTime']),
    checkpointed: time(config?.['checkpointedTime']),
    command: Array.isArray(process?.['args']) ? process['args'].map(String) : undefined,
    hostname: text(spec?.['hostname']),
    pod: note('io.kubernetes.pod.name', 'io.kubernetes.cri.sandbox-name', `${CHECKPOINTCTL}pod.name`),
    namespace: note(
      'io.kubernetes.pod.namespace',
      'io.kubernetes.cri.sandbox-namespace',
      `${CHECKPOINTCTL}pod.namespace`,
    ),
    addresses: addresses.length > 0 ? addresses : undefined,
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
  });
}

function jsonOf(bytes: Buffer | undefined): Record<string, unknown> | undefined {
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What cannot be read is left out.
    return undefined;
  }
}

/** Addresses of Podman's networks: `{NAME: {interfaces: {NAME: {subnets: [{ipnet}]}}}}`. */
function networkAddresses(status: Record<string, unknown> | undefined): string[] {
  const subnets = valuesOf(status)
    .flatMap((network) => valuesOf(network['interfaces']))
    .flatMap((each) => (Array.isArray(each['subnets']) ? each['subnets'] : []));
  return subnets.filter(isObject).flatMap((subnet) => text(subnet['ipnet']) ?? []);
}

function valuesOf(value: unknown): Record<string, unknown>[] {
  return isObject(value) ? Object.values(value).filter(isObject) : [];
}

function textsOf(value: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function time(value: unknown): string | undefined {
  return value === NO_TIME ? undefined : text(value);
}

/** Without what is not known. */
function defined(container: { [K in keyof Container]: Container[K] | undefined }): Container {
  return Object.fromEntries(Object.entries(container).filter(([, value]) => value !== undefined));
}

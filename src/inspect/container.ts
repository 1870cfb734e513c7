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
  /** Versions of the engine and of the runtime; the kernel and the architecture of the host, where the engine says so. */
  readonly engineVersion?: string;
  readonly runtimeVersion?: string;
  readonly kernel?: string;
  readonly architecture?: string;
  readonly networks?: readonly ContainerNetwork[];
  /** As the container was started with them; the mounts that it had are in the images. */
  readonly mounts?: readonly ContainerMount[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A device of the container in a network of Podman. */
export interface ContainerNetwork {
  readonly name: string;
  readonly device: string;
  readonly hardwareAddress?: string;
  /** With the lengths of their networks. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
}

export interface ContainerMount {
  readonly destination: string;
  readonly type?: string;
  readonly source?: string;
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
  const networks = networksIn(readJson('network.status'));
  const addresses = [note('io.kubernetes.cri-o.IP.0'), ...networks.flatMap((each) => each.addresses)].filter(
    (address) => address !== undefined,
  );
  const mounts = mountsIn(spec?.['mounts']);
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
    engineVersion: note(`${PODMAN}podman.version`, `${CHECKPOINTCTL}engine.version`),
    runtimeVersion: note(`${PODMAN}runtime.version`, `${CHECKPOINTCTL}runtime.version`),
    kernel: note(`${PODMAN}host.kernel`, `${CHECKPOINTCTL}host.kernel`),
    architecture: note(`${PODMAN}host.arch`, `${CHECKPOINTCTL}host.arch`),
    networks: networks.length > 0 ? networks : undefined,
    mounts: mounts.length > 0 ? mounts : undefined,
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

/** Podman's networks: `{NAME: {interfaces: {NAME: {mac_address, subnets: [{ipnet, gateway}]}}}}`. */
function networksIn(status: Record<string, unknown> | undefined): ContainerNetwork[] {
  return objectsIn(status).flatMap(([name, network]) =>
    objectsIn(network['interfaces']).map(([device, each]) => {
      const subnets = (Array.isArray(each['subnets']) ? each['subnets'] : []).filter(isObject);
      const hardwareAddress = text(each['mac_address']);
      return {
        name,
        device,
        ...(hardwareAddress !== undefined && { hardwareAddress }),
        addresses: subnets.flatMap((subnet) => text(subnet['ipnet']) ?? []),
        gateways: subnets.flatMap((subnet) => text(subnet['gateway']) ?? []),
      };
    }),
  );
}

function mountsIn(mounts: unknown): ContainerMount[] {
  return (Array.isArray(mounts) ? mounts : []).filter(isObject).flatMap((mount) => {
    const [destination, type, source] = [text(mount['destination']), text(mount['type']), text(mount['source'])];
    if (destination === undefined) return [];
    return [{ destination, ...(type !== undefined && { type }), ...(source !== undefined && { source }) }];
  });
}

function objectsIn(value: unknown): [string, Record<string, unknown>][] {
  const all = isObject(value) ? Object.entries(value) : [];
  return all.flatMap(([name, each]): [string, Record<string, unknown>][] => (isObject(each) ? [[name, each]] : []));
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

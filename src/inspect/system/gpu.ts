/**
 * Images of GPUs. CRIU's plugin for those of AMD writes its own; that of CUDA moves the memory of GPUs into that of the process.
 *
 * A description has no magic: its length in 64 bits, and one message of that length. Contents of memory are raw.
 */
import type { ImageDirectory } from '../../checkpoint/image-directory.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { MessageDecoder } from '../../codec/message-decoder.ts';
import { Output } from '../../codec/output.ts';
import { PLAIN } from '../../codec/style.ts';
import { CritError, placed } from '../../error.ts';
import { ENTRY_LIMIT } from '../../image/limits.ts';
import { BUILT_IN } from '../../schema/built-in.ts';
import type { Int64, KfdDeviceEntry } from '../../schema/generated/messages.ts';
import { isGpuImage, isGpuPages } from '../sizes.ts';

/** What a description says of the GPUs that a process uses. */
export interface GpuDescription {
  /** The process that has opened the device of compute; that of drawing tells none. */
  readonly pid?: number;
  /** Ids that the kernel gives to GPUs, and their memory in bytes where it is told. */
  readonly gpus: readonly { readonly id: number; readonly memory?: bigint }[];
  readonly buffers: number;
  /** Bytes of all buffers. */
  readonly bufferBytes: bigint;
}

export interface GpuImage {
  readonly image: string;
  readonly kind: 'description' | 'memory';
  readonly size: number;
  /** Absent where it is of a kind that is not known, or damaged. */
  readonly description?: GpuDescription;
}

/** What is read of the messages; a damaged one may lack any field. */
interface Buffers {
  readonly bo_entries?: readonly { readonly size?: Int64 }[];
}
interface Kfd extends Buffers {
  readonly pid?: number;
  readonly device_entries?: readonly Partial<KfdDeviceEntry>[];
}
interface RenderNode extends Buffers {
  readonly gpu_id?: number;
}

/** Bytes before the message. */
const LENGTH = 8;

export function gpuImages(images: ImageDirectory): GpuImage[] {
  return images.names.filter(isGpuImage).map((image): GpuImage => {
    const size = images.size(image) ?? 0;
    if (isGpuPages(image)) return { image, kind: 'memory', size };
    const description = ifReadable(() => readDescription(images, image));
    return { image, kind: 'description', size, ...(description && { description }) };
  });
}

/** Undefined where it is of a kind that is not known. Throws a CritError where it is not as the plugin writes it. */
export function readDescription(images: ImageDirectory, image: string): GpuDescription | undefined {
  const kind = /^amdgpu-(kfd|renderD)-\d+\.img$/.exec(image)?.[1];
  if (kind === undefined) return undefined;
  if (kind === 'kfd') {
    const kfd: Kfd = readMessage(images, image, 'criu_kfd');
    // Processors are among the devices, with no id.
    const gpus = (kfd.device_entries ?? []).flatMap(({ gpu_id = 0, vram_size }) =>
      gpu_id === 0 ? [] : { id: gpu_id, ...(vram_size !== undefined && { memory: BigInt(vram_size) }) },
    );
    return { ...(kfd.pid !== undefined && { pid: kfd.pid }), gpus, ...buffersOf(kfd) };
  }
  const node: RenderNode = readMessage(images, image, 'criu_render_node');
  return { gpus: node.gpu_id === undefined ? [] : [{ id: node.gpu_id }], ...buffersOf(node) };
}

function buffersOf({ bo_entries = [] }: Buffers): Pick<GpuDescription, 'buffers' | 'bufferBytes'> {
  return { buffers: bo_entries.length, bufferBytes: bo_entries.reduce((sum, { size = 0 }) => sum + BigInt(size), 0n) };
}

/** The one message of an image, as the decoder writes it. */
function readMessage(images: ImageDirectory, image: string, name: string): Kfd & RenderNode {
  const { files } = images;
  const path = images.pathOf(image);
  const called = images.nameOf(image);
  const size = files.size(path, called);
  if (size > ENTRY_LIMIT) throw new CritError('limit', `${size} bytes are no description of a GPU`, { image: called });
  const bytes = Buffer.alloc(size);
  files.read(path, called, 0, bytes);
  const length = size < LENGTH ? undefined : bytes.readBigUInt64LE(0);
  if (length !== BigInt(size - LENGTH)) {
    const said = length === undefined ? 'no length' : `a length of ${length} bytes`;
    throw new CritError('format', `${said} before the description of a GPU, in a file of ${size}`, {
      image: called,
      offset: 0,
    });
  }
  const output = new Output(4096);
  try {
    new MessageDecoder(BUILT_IN.message(name), PLAIN).decode(bytes, LENGTH, size, output, 0);
  } catch (error) {
    throw placed(error, { image: called });
  }
  return JSON.parse(output.view().toString('utf8'));
}

/** Images of GPUs. CRIU's plugin for those of AMD writes its own; that of CUDA moves the memory of GPUs into that of the process. */
import type { ImageDirectory } from '../../checkpoint/image-directory.ts';
import { isGpuImage, isGpuPages } from '../sizes.ts';

export interface GpuImage {
  readonly image: string;
  readonly kind: 'description' | 'memory';
  readonly size: number;
}

export function gpuImages(images: ImageDirectory): GpuImage[] {
  return images.names.filter(isGpuImage).map((image) => {
    return { image, kind: isGpuPages(image) ? 'memory' : 'description', size: images.size(image) ?? 0 };
  });
}

import { setFlagsFromString } from 'node:v8';

/** How long a command runs before node:v8, which takes 3 ms to load, is worth its while: in milliseconds. */
const LONG = 50;

/**
 * Keeps the heap small where many objects are made and few are kept, as by questions about 20,000 processes: the place for new ones
 * stays as small as it is at the start, and V8 looks for what is not used any more when the heap is half as large again as what was
 * left the last time, not at four times that.
 */
export function smallHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}

/** The same for what mostly copies bytes, and may have hundreds of thousands of images in a row; a run that is short is left alone. */
export function smallHeapSoon(): void {
  setTimeout(smallHeap, LONG).unref();
}

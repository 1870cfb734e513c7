import { setFlagsFromString } from 'node:v8';

/** How long a command runs before node:v8, which takes 3 ms to load, is worth its while: in milliseconds. */
const LONG = 50;

/**
 * Keeps the heap small where bytes are copied and few objects made: hundreds of thousands of images in a row would otherwise have V8
 * take 40 MiB more before it looks for what is not used any more. A run that is short is left alone.
 */
export function smallHeap(): void {
  setTimeout(keepSmall, LONG).unref();
}

/** The same at once, where many objects are made and few are kept, as by questions about 20,000 processes. */
export function smallHeapOfObjects(): void {
  keepSmall();
}

/**
 * The place for new objects stays as small as it is at the start; and V8 looks for what is not used any more when the heap is half
 * as large again as what was left the last time, not at four times that.
 */
function keepSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}

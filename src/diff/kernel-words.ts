/** Words in the memory of a process that the kernel writes while it runs: on which processor each thread does. Source: rseq(2). */
import type { Process } from '../checkpoint/process.ts';
import { pageOf } from '../checkpoint/vma.ts';

/** cpu_id_start and cpu_id, node_id and mm_cid, by their offsets in struct rseq. */
const WORDS = [0, 4, 20, 24];
const WORD = 4;

export class KernelWords {
  readonly #processes: readonly Process[];
  readonly #pageSize: number;
  #places: Map<number, number[]> | undefined;

  /** The same process on both sides. */
  constructor(processes: readonly Process[], pageSize: number) {
    this.#processes = processes;
    this.#pageSize = pageSize;
  }

  /** Whether nothing but them differs between what a page holds on both sides. */
  areAll(page: number, before: Buffer, after: Buffer): boolean {
    const places = (this.#places ??= this.#read()).get(page);
    if (!places) return false;
    const [one, other] = [Buffer.from(before), Buffer.from(after)];
    for (const place of places) for (const bytes of [one, other]) bytes.fill(0, place, place + WORD);
    return one.equals(other);
  }

  #read(): Map<number, number[]> {
    const places = new Map<number, number[]>();
    for (const process of this.#processes) {
      for (const { core } of process.readThreads()) {
        const start = BigInt(core.thread_core?.rseq_entry?.rseq_abi_pointer ?? 0);
        if (start === 0n) continue;
        for (const word of WORDS) {
          const address = start + BigInt(word);
          const page = pageOf(address, this.#pageSize);
          places.set(page, [...(places.get(page) ?? []), Number(address % BigInt(this.#pageSize))]);
        }
      }
    }
    return places;
  }
}

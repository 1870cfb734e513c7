/** What engines say of the container that each checkpoint is of. */
import { readContainer } from '../inspect/container.ts';
import type { Difference } from './difference.ts';
import { changesOf, factsOf } from './facts.ts';
import type { Side } from './side.ts';

/** Where one side has images alone, nothing is known of a container, and nothing is said. */
export function* diffContainers(before: Side, after: Side, isAll: boolean): Generator<Difference, void, undefined> {
  const [one, other] = [before, after].map(({ checkpoint }) => readContainer(checkpoint.top));
  if (!one || !other) return;
  // Annotations have dots in their names; when it was written differs in each checkpoint.
  const [was, is] = [one, other].map((each) => factsOf(each, (field) => field === 'checkpointed' && !isAll));
  const name = one.name ?? one.id ?? other.name ?? '';
  for (const change of changesOf(was ?? new Map(), is ?? new Map())) {
    yield { change: 'changed', kind: 'container', name, ...change };
  }
}

/** Closes all of them, also where one says that something is wrong; then throws the first that was said. */
export function closeAll(items: Iterable<{ close(): void }>): void {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      item.close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

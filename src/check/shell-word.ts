/** A word for a shell, in quotes where it needs them: names in a checkpoint are anybody's. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

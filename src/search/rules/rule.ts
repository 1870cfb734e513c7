/** A kind of secret, as people write rules for them: what it looks like, and what is none although it looks like one. */
export interface Rule {
  /** A short name: `github-token`. */
  readonly id: string;
  readonly description: string;
  /** Texts of which every match has one, in any case: they are looked for first, since they are rare. */
  readonly keywords: readonly string[];
  /** A regular expression for bytes (parse-pattern.ts). Its first group, where it has one, is the secret itself. */
  readonly pattern: string;
  /** Which group is the secret, where it is not the first that matches; 0 is all of the match. */
  readonly group?: number;
  /** Bits of Shannon entropy in each byte of the secret, at least. */
  readonly entropy?: number;
  /** What is no secret, though it looks like one. */
  readonly allow?: readonly Allowance[];
  /** Whether it finds much that is no secret, so that it is used only where it is asked for by name. */
  readonly isBroad?: boolean;
}

export interface Allowance {
  /** What the patterns are held against: the secret, or all of the match. */
  readonly target: 'secret' | 'match';
  readonly patterns: readonly string[];
  /** Words of which none may be in it, in any case. */
  readonly words: readonly string[];
}

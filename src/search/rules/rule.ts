/** A kind of secret, as people write rules for them: what it looks like, and what is none although it looks like one. */
export interface Rule {
  /** A short name: `github-token`. */
  readonly id: string;
  readonly description: string;
  /** Texts of which every match has one, in any case: they are looked for first, since they are rare. Where there are none, the pattern is tried everywhere. */
  readonly keywords: readonly string[];
  /** Texts of which one must stand near a match, in any case. */
  readonly near?: readonly string[];
  /** A regular expression (go-pattern.ts). Its first group that is not empty, where it has one, is the secret itself. */
  readonly pattern: string;
  /** Which group is the secret, where it is not the first that matches; 0 is all of the match. */
  readonly group?: number;
  /** Bits of Shannon entropy that each byte of the secret has more than. */
  readonly entropy?: number;
  /** What is no secret, though it looks like one. */
  readonly allow?: readonly Allowance[];
  /** Whether it finds much that is no secret, so that it is used only where it is asked for by name. */
  readonly isBroad?: boolean;
}

/** What is no secret: all that one of the patterns finds, or that has one of the words. */
export interface Allowance {
  /** What the patterns are held against: the secret, all of the match, or the line that it is on. */
  readonly target: 'secret' | 'match' | 'line';
  readonly patterns: readonly string[];
  /** Words of which none may be in the secret, in any case. */
  readonly words: readonly string[];
  /** Whether a pattern and a word must both be found. */
  readonly isBoth?: boolean;
}

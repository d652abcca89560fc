/** Why something cannot be had here, and what helps. */
export interface Advice {
  readonly reason: string;
  /** A command to paste. */
  readonly remedy?: string;
}

/** As part of a message. */
export function inOneLine({ reason, remedy }: Advice): string {
  return remedy === undefined ? reason : `${reason}; try: ${remedy}`;
}

/** A word for a shell. */
export function quoted(word: string): string {
  return /^[\w./+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

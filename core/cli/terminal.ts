/** The terminal that the tool writes to, if it is one. */
const USUAL_WIDTH = 120;

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>;

/** Columns of help that goes to a file or a pipe. */
const HELP_WIDTH = 80;

/** Columns of help: the terminal's, or {@link outputWidth}'s if it has none. */
export function helpWidth({ isTTY, columns }: Stream): number {
  return isTTY ? columns || USUAL_WIDTH : HELP_WIDTH;
}

/** Columns of standard output. Where nobody has told a terminal its size, it says 0. */
export function outputWidth(): number {
  return process.stdout.columns || USUAL_WIDTH;
}

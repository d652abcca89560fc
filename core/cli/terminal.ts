/** The terminal that the tool writes to, if it is one. */
const USUAL_WIDTH = 120;

/** Columns of standard output. Where nobody has told a terminal its size, it says 0. */
export function outputWidth(): number {
  return process.stdout.columns || USUAL_WIDTH;
}

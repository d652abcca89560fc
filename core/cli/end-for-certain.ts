/** The end of the command, whatever is left open. */

/** What is open by then has been waited for by nobody. */
const LINGER_MS = 10_000;

/** Ends with this code when nothing is left to do; or else after a while, and says what would have kept it. */
export function endForCertain(code: number): void {
  process.exitCode = code;
  const end = () => {
    // A reader may be slow, such as a pager.
    if ([process.stdout, process.stderr].some(({ writableLength }) => writableLength > 0)) return wait();
    const open = [...new Set(process.getActiveResourcesInfo())].sort().join(', ');
    process.stderr.write(`hvbench: all is done, and it ends although something is still open: ${open}\n`);
    process.exit(code);
  };
  const wait = () => void setTimeout(end, LINGER_MS).unref();
  wait();
}

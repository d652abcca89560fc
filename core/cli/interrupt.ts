/**
 * Ctrl-C and its kin. The command imports this before anything else, so that an interrupt is obeyed in the same way
 * whenever it comes; it imports next to nothing for the same reason.
 */
import { isatty } from 'node:tty';
import { exitCodes } from './exit.ts';

const controller = new AbortController();
let inOrder = false;

/** Aborts when the user wants an end. */
export const interrupt: AbortSignal = controller.signal;

/** What runs from now on ends by {@link interrupt}, and keeps what it measured; everything else may just end. */
export function endInOrder(): void {
  inOrder = true;
}

/**
 * A terminal that goes away ends what is shown on it. What has no terminal goes on: `nohup` has SIGHUP ignored, but Node
 * forgets what it inherits of signals, so that what nohup leaves is all there is to be seen of it.
 */
const hasTerminal = [0, 1, 2].some((file) => isatty(file));
/** Nobody is there to read any more. */
let hungUp = false;

/** Whether a stream's error says only that its reader is gone, which ends neither a measurement nor its files. */
export function isReaderGone(code: string | undefined): boolean {
  return code === 'EPIPE' || (hungUp && code === 'EIO');
}

/** What `timeout`, or npm beside a terminal, sends twice is one interrupt, ms. */
const ONE_MS = 300;
let firstAt = Number.NEGATIVE_INFINITY;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (signal === 'SIGHUP' && !hasTerminal) return;
    hungUp ||= signal === 'SIGHUP';
    if (inOrder && performance.now() - firstAt < ONE_MS) return;
    firstAt = performance.now();
    // The second one is in earnest: whatever is still being written is given up.
    const atOnce = !inOrder || controller.signal.aborted;
    if (!hungUp)
      process.stderr.write(
        `${process.stderr.isTTY ? '\n' : ''}hvbench: interrupted${atOnce ? '' : ': finishing up; interrupt again to stop at once'}\n`,
      );
    if (atOnce) process.exit(exitCodes.interrupted);
    controller.abort();
  });
}

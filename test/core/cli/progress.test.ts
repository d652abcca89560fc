import { afterEach, expect, test, vi } from 'vitest';
import { createProgress } from '../../../core/cli/progress.ts';
import type { RunEvent } from '../../../core/run/options.ts';

afterEach(() => void vi.restoreAllMocks());

/** What lines say to somebody without a terminal, when so many seconds are left of the budget. */
function told(secondsLeft: number): string {
  const written: string[] = [];
  const stream = {
    isTTY: false,
    write: (text: string) => written.push(text),
  } as unknown as NodeJS.WriteStream;
  const { listen, stop } = createProgress(stream);
  const launch: RunEvent = { type: 'launch', launch: 1, isa: 'x86_64', platform: 'bare', workloads: 3 };
  listen({ type: 'estimate', secondsLeft, precise: 4, rows: 18 });
  listen(launch);
  stop();
  return written.join('');
}

test.each([
  [61, 'about 1m 1s left'],
  [1.4, 'about 1s left'],
  [0.4, 'past the budget'],
  [-20, 'past the budget'],
])('with %d seconds left it says "%s"', (seconds, words) => {
  expect(told(seconds)).toBe(`launch 2, x86_64: 3 workloads; 4 of 18 rows precise, ${words}\n`);
});

import { execFile } from 'node:child_process';
import type { CaptureOptions } from './host.ts';

/**
 * Standard output of a command, run without a shell and in the C locale; null where it is missing, fails,
 * takes too long or prints too much. Never rejects.
 */
export function capture(
  command: string,
  args: readonly string[],
  { timeoutMs = 5000, maxBytes = 64 * 1024 }: CaptureOptions = {},
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      {
        timeout: timeoutMs,
        maxBuffer: maxBytes,
        killSignal: 'SIGKILL',
        env: { ...process.env, LC_ALL: 'C' },
      },
      (error, stdout) => resolve(error === null ? stdout : null),
    );
    // A child that reads its standard input must see its end, not wait for the limit.
    child.stdin?.end();
  });
}

/** What a process of Node takes, from its start to its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** How often its memory is looked at. */
const LOOK_MS = 20;

export interface NodeCost {
  readonly seconds: number;
  /** The most memory that it held, bytes; null where /proc does not tell. */
  readonly peakResidentBytes: number | null;
}

/** `what`: that it does. It is killed at the limit. Throws where it fails. */
export async function timeNode(argv: readonly string[], limitMs: number, what: string): Promise<NodeCost> {
  const began = performance.now();
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  let peakResidentBytes: number | null = null;
  const look = setInterval(() => {
    peakResidentBytes = peakOf(child.pid) ?? peakResidentBytes;
  }, LOOK_MS);
  try {
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${what} ended with ${signal ?? code}`);
    return { seconds: (performance.now() - began) / 1000, peakResidentBytes };
  } finally {
    clearInterval(look);
  }
}

function peakOf(pid: number | undefined): number | null {
  try {
    const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    // It has ended.
    return null;
  }
}

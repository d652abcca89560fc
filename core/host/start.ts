/** Starts a process on this computer that cannot outlive the tool. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { HostProcess, ProcessEnd, StartProcess } from './host.ts';

/** As `Host.start`. */
export async function start(
  argv: readonly string[],
  { cpus, files = [] }: StartProcess,
): Promise<HostProcess> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'taskset', '-c', cpus.join(','), ...argv], {
    stdio: ['pipe', 'pipe', 'pipe', ...files],
    // A session of its own: Ctrl-C reaches the tool alone.
    detached: true,
  }) as ChildProcessWithoutNullStreams;
  // Without descriptors left there are no pipes, and the reason comes as an event.
  if (!child.stdin) throw (await once(child, 'error'))[0];
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.on('error', (error) => resolve({ error, code: null, signal: null }));
    child.on('close', (code, signal) => resolve({ error: null, code, signal }));
  });
  // Writing to one that has just died is told by its end, not by the pipe.
  child.stdin.on('error', () => {});
  offerFirst(child.pid ?? 0);
  const { stdin, stdout, stderr } = child;
  return { pid: child.pid ?? 0, stdin, stdout, stderr, ended, signal: (name) => signalAll(child, name) };
}

/** Where memory runs out, the kernel should end a machine, and what that starts, but not the tool. */
function offerFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // It has just exited unexpectedly, or could not be started.
  }
}

/** A process with all that it started. */
function signalAll(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has just exited unexpectedly, or has not reached its own session yet.
    child.kill(signal);
  }
}

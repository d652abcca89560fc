/** Disturbances: what a shared computer does to a measurement, made on purpose. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ends a disturbance; safe to call twice. */
export type Undo = () => Promise<void>;

/** A neighbour computes for this long, then rests as long: bursts trouble more than a steady load. */
const BURST_MS = 50;

/** A busy process on a CPU, in bursts. It dies with this process. */
export async function neighbour(cpu: number): Promise<Undo> {
  const burst = `for (;;) { const end = Date.now() + ${BURST_MS}; let x = 1; while (Date.now() < end) x = Math.imul(x, 48271) | 1; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${BURST_MS}); }`;
  const argv = ['--pdeathsig', 'KILL', '--', 'taskset', '-c', String(cpu), process.execPath, '-e', burst];
  const child = spawn('setpriv', argv, { stdio: 'ignore' });
  await started(child);
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

/**
 * The shortest that leaves the quota above the kernel's least, 1 ms. Under a quota a process runs at full speed and
 * then stands still; the shorter the turns, the more it is like a computer that is slower.
 */
const PERIOD_US = 1_500;

/** The quota's control group is named after this process, so that a later one finds what a killed one left. */
const GROUP = `hvbench-quota-${process.pid}`;

/**
 * Puts this process, and whatever it starts from now on, under a CPU quota of so much of one CPU. Throws Error
 * where no control group can be made: it takes root, and cgroup v1 or v2 with the cpu controller.
 */
export function quota(share: number, root = '/sys/fs/cgroup'): Undo {
  const v1 = join(root, 'cpu');
  const parent = existsSync(join(v1, 'cpu.cfs_quota_us')) ? v1 : root;
  const folder = join(parent, GROUP);
  const before = ownGroup(parent === v1 ? 'cpu' : '', parent);
  mkdirSync(folder);
  try {
    if (parent === v1) {
      writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(share * PERIOD_US));
    } else writeFileSync(join(folder, 'cpu.max'), `${share * PERIOD_US} ${PERIOD_US}`);
    writeFileSync(join(folder, 'cgroup.procs'), String(process.pid));
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  let undone = false;
  return async () => {
    if (undone) return;
    undone = true;
    writeFileSync(join(before, 'cgroup.procs'), String(process.pid));
    rmdirSync(folder);
  };
}

/** The folder of the control group that this process is in. */
function ownGroup(controller: string, parent: string): string {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').split('\n');
  const line = lines.find((candidate) => candidate.split(':')[1]?.split(',').includes(controller));
  const path = line?.slice(line.indexOf(':', line.indexOf(':') + 1) + 1) ?? '/';
  return join(parent, path);
}

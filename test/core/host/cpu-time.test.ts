import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { ownCpuNs, processTree, threadsCpuNs, treeCpuNs } from '../../../core/host/cpu-time.ts';
import { localHost } from '../../../core/host/local.ts';

const MS = 1e6;
const spin = 'const end = process.cpuUsage().user + 150_000; while (process.cpuUsage().user < end) ;';
let child: ChildProcess | undefined;

/** Runs a script, and waits until it has written its first line. */
async function run(script: string): Promise<number> {
  child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child.pid ?? 0;
}

afterEach(() => void child?.kill('SIGKILL'));

describe('CPU time', () => {
  it('of this process grows as it works', () => {
    const before = ownCpuNs();
    for (const end = process.cpuUsage().user + 50_000; process.cpuUsage().user < end; );
    expect(ownCpuNs() - before).toBeGreaterThan(45 * MS);
  });

  it('of another process is what it has used', async () => {
    const pid = await run(`${spin} console.log('done'); process.stdin.resume();`);
    expect(threadsCpuNs(pid, localHost)).toBeGreaterThan(140 * MS);
    const after = threadsCpuNs(pid, localHost);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(threadsCpuNs(pid, localHost) - after).toBeLessThan(100 * MS);
  });

  it('of a tree includes children that live and children that have ended', async () => {
    const pid = await run(
      `const { spawn, spawnSync } = require('node:child_process');
       spawnSync(process.execPath, ['-e', ${JSON.stringify(spin)}]);
       const living = spawn(process.execPath, ['-e', ${JSON.stringify(`${spin} console.log('spun'); process.stdin.resume();`)}], { stdio: ['pipe', 'pipe', 'inherit'] });
       living.stdout.once('data', () => console.log('done'));
       process.stdin.resume().on('end', () => living.kill());`,
    );
    expect(processTree(pid, localHost)).toHaveLength(2);
    expect(processTree(pid, localHost)[0]).toBe(pid);
    expect(treeCpuNs(pid, localHost) - threadsCpuNs(pid, localHost)).toBeGreaterThan(280 * MS);
    child?.stdin?.end();
    await once(child as ChildProcess, 'exit');
  });

  it('of a process that is gone is none', async () => {
    const pid = await run("console.log('here'); process.stdin.resume();");
    child?.kill('SIGKILL');
    await once(child as ChildProcess, 'exit');
    expect(treeCpuNs(pid, localHost)).toBe(0);
    expect(processTree(pid, localHost)).toEqual([pid]);
  });
});

/** What the VMM in TypeScript adds to an exit: against the same VMM in C, side by side on one CPU. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pickCpus } from '../../../../core/host/affinity.ts';
import { findCompiler } from '../../../../core/host/compiler.ts';
import { localHost } from '../../../../core/host/local.ts';
import { median } from '../../../../core/stats/index.ts';
import { kvmIsUsable } from '../../../kvm.ts';
import { requireOrSkip } from '../../../require.ts';

const EXITS = 200;
const WARM_UP = 10;
const ROUNDS = 60;

/** Does what out-exit.c does, through the compiled VMM. */
const BUILT = new URL('../../../../dist/core/hypervisors/kvm/exit-cost.js', import.meta.url).href;
const PROGRAM = `
import { readSync, writeSync } from 'node:fs';
import { createMachineVm, prepareOutLoop } from '${BUILT}';
const began = process.hrtime.bigint();
const timeExits = prepareOutLoop(createMachineVm());
writeSync(1, (process.hrtime.bigint() - began) + '\\n');
while (readSync(0, Buffer.alloc(1), 0, 1, null) === 1) writeSync(1, timeExits(${EXITS}) + '\\n');
`;

interface Vmm {
  /** What its set-up took, from open to the first entry. */
  readonly setUpNs: number;
  /** One exit, on average over a batch that this call runs. */
  exitNs(): Promise<number>;
}

const able = kvmIsUsable && existsSync('/usr/include/linux/kvm.h');
describe.skipIf(requireOrSkip('kvm', able))('a VMM in TypeScript', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hvbench-exit-'));
  const children: ChildProcess[] = [];
  let c: Vmm;
  let typescript: Vmm;

  /** Starts one of the two; it then waits until it is asked. */
  async function start(cpu: number, command: readonly string[]): Promise<Vmm> {
    const child = spawn('taskset', ['-c', String(cpu), ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command[0]} ended`);
      return Number(value);
    };
    const exitNs = () => {
      child.stdin.write('.');
      return next();
    };
    return { setUpNs: await next(), exitNs };
  }

  beforeAll(async () => {
    const { command, args } = (await findCompiler(localHost)) ?? { command: 'gcc', args: [] };
    const source = fileURLToPath(new URL('out-exit.c', import.meta.url));
    const yardstick = join(folder, 'out-exit');
    execFileSync(command, [...args, '-O2', '-Wall', '-Wextra', '-Werror', source, '-o', yardstick]);
    const { benchCpu } = await pickCpus(localHost);
    c = await start(benchCpu, [yardstick, String(EXITS)]);
    typescript = await start(benchCpu, [process.execPath, '--input-type=module', '-e', PROGRAM]);
  });
  afterAll(async () => {
    for (const child of children) child.stdin?.end();
    await Promise.all(children.map((child) => child.exitCode === null && once(child, 'exit')));
    rmSync(folder, { recursive: true, force: true });
  });

  test('sets up a machine in little time', () => {
    const [ours, yardstick] = [typescript.setUpNs / 1e6, c.setUpNs / 1e6];
    console.info(`VM set-up: ${ours.toFixed(1)} ms, in C ${yardstick.toFixed(1)} ms`);
    expect(ours).toBeLessThan(100);
  });

  test('adds little to an exit', async () => {
    const ours: number[] = [];
    const yardstick: number[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      // One at a time, and each as often first as second.
      const turns = [
        async () => ours.push(await typescript.exitNs()),
        async () => yardstick.push(await c.exitNs()),
      ];
      for (const turn of round % 2 ? turns : turns.reverse()) await turn();
    }
    for (const figures of [ours, yardstick]) figures.splice(0, WARM_UP);
    const ratio = median(ours) / median(yardstick);
    const us = (figures: number[]) => (median(figures) / 1000).toFixed(2);
    console.info(`out exit: ${us(ours)} µs, in C ${us(yardstick)} µs, ratio ${ratio.toFixed(3)}`);
    // The aim is 1.1; the rest is room for a busy computer.
    expect(ratio).toBeLessThan(1.3);
  });
});

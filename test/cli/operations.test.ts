/** `hvbench run --suite privileged`: single operations, in the real command. */

import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { pickCpus } from '../../core/host/affinity.ts';
import { findCompiler } from '../../core/host/compiler.ts';
import { localHost } from '../../core/host/local.ts';
import type { OperationResult, Result } from '../../core/results/schema.ts';
import { median } from '../../core/stats/index.ts';
import { privileged } from '../../suites/privileged/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import { kvmIsUsable } from '../kvm.ts';
import { qemu, qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, readEntries, readResult, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const temporary = temporaryFolder();
const options = { cwd: folder, env: { TMPDIR: temporary } };
// The least budget: each machine is still launched once.
const run = (out: string, ...more: string[]) => [
  ...'run --suite privileged --profile quick --budget 1'.split(' '),
  ...more,
  ...['--out', out],
];

function rowOf({ operations }: Result, hypervisor: string, operation: string): OperationResult {
  const row = operations.find((one) => one.hypervisor === hypervisor && one.operation === operation);
  if (!row) throw new Error(`there is no row for ${operation} on ${hypervisor}`);
  return row;
}

/** Of the first launch, which is always made. */
const first = ({ samples }: OperationResult): number =>
  median((samples[0]?.nsPerOperation ?? []).map((ns) => ns ?? Number.NaN));

describe('operations in v86', () => {
  let result: Result;
  let stdout: string;
  beforeAll(async () => {
    const started = start(run('v86', '--hypervisor', 'v86', '--seed', '5'), options);
    const ended = await started.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(started.remains()).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    result = readResult(join(folder, 'v86'));
    stdout = ended.stdout;
  });

  test('each has a row on native and on the hypervisor; what cannot be done says why', () => {
    const rows = result.operations.map(
      ({ isa, hypervisor, operation }) => `${isa} ${hypervisor} ${operation}`,
    );
    expect(new Set(rows).size).toBe(rows.length);
    const here = (privileged.operations ?? []).filter(({ isas }) => !isas || isas.includes('i386'));
    expect(rows.length).toBe(2 * here.length);
    expect(result.measurements).toEqual([]);
    expect(result.failures).toEqual([]);
    expect(rowOf(result, 'v86', 'ipi')).toMatchObject({
      status: 'unavailable',
      error: 'its CPU has no local APIC',
      samples: [],
    });
    expect(rowOf(result, 'v86', 'hypercall').error).toBe('the CPU does not know the instruction (#UD)');
    expect(rowOf(result, 'native', 'cr3wr').error).toBe('a process may not do this');
    expect(rowOf(result, 'native', 'syscall').counterpart).toContain('Linux');
    const measured = result.operations.filter(({ status }) => status === 'ok');
    expect(measured.map(({ operation, hypervisor }) => `${hypervisor} ${operation}`)).toContain(
      'v86 pgfault',
    );
    for (const row of atLeastOne(measured)) expect(first(row), row.operation).toBeGreaterThan(0);
  });

  test('are in the report of the terminal', () => {
    for (const text of ['pgfault', 'v86', 'native', 'its CPU has no local APIC'])
      expect(stdout).toContain(text);
  });
});

test('an operation alone is measured by its name, and nothing else', async () => {
  const args = run('one', '--workload', 'cpuid', '--hypervisor', 'v86').filter((arg) => arg !== '--suite');
  const { code, stderr } = await hvbench(
    args.filter((arg) => arg !== 'privileged'),
    options,
  );
  expect(code, stderr).toBe(0);
  const { operations, measurements } = readResult(join(folder, 'one'));
  expect(operations.map(({ hypervisor, operation }) => `${hypervisor} ${operation}`)).toEqual([
    'native cpuid',
    'v86 cpuid',
  ]);
  expect(measurements).toEqual([]);
});

test('workloads and operations fit into one run', async () => {
  const { code, stderr, stdout } = await hvbench(
    [
      ...'run --workload integer,callret --hypervisor v86 --profile quick --budget 1'.split(' '),
      ...['--out', 'both'],
    ],
    options,
  );
  expect(code, stderr).toBe(0);
  const result = readResult(join(folder, 'both'));
  expect(result.measurements.map(({ workload, hypervisor }) => `${hypervisor} ${workload}`)).toEqual([
    'native integer',
    'v86 integer',
  ]);
  // Calls are what a translator is slow at; a loop on the CPU itself cannot be as slow.
  expect(first(rowOf(result, 'v86', 'callret'))).toBeGreaterThan(first(rowOf(result, 'native', 'callret')));
  expect(stdout).toContain('callret');
});

test('an interrupted run keeps its operations, and is resumed without measuring them again', async () => {
  const few = 'cpuid,in,out,callret,rdtsc,pgfault,hlt,syscall';
  const started = start(run('cut', '--hypervisor', 'v86', '--workload', few), options);
  const made = () => readEntries(join(folder, 'cut')).filter(({ type }) => type === 'operation').length;
  await until('the third operation', () => made() >= 3);
  started.child.kill('SIGINT');
  expect((await started.ended).code).toBe(130);
  expect(started.remains()).toEqual([]);
  const before = readEntries(join(folder, 'cut')).filter((entry) => entry.type === 'operation');
  const resumed = await hvbench(['run', '--resume', 'cut'], options);
  expect(resumed.code, resumed.stderr).toBe(0);
  const after = readEntries(join(folder, 'cut')).filter((entry) => entry.type === 'operation');
  expect(after.slice(0, before.length)).toEqual(before);
  const names = after.map(({ launch, hypervisor, operation }) => `${launch} ${hypervisor} ${operation}`);
  expect(new Set(names).size).toBe(names.length);
  const { operations } = readResult(join(folder, 'cut'));
  expect(operations.filter(({ error }) => error === 'the run ended before it was measured')).toEqual([]);
});

test.skipIf(requireOrSkip('kvm', kvmIsUsable))(
  'on kvm, what its machine cannot bear costs only itself',
  async () => {
    const { code, stderr } = await hvbench(
      run('kvm', '--hypervisor', 'kvm', '--workload', 'out,in,cpuid,syscall,hlt'),
      options,
    );
    expect(code, stderr).toBe(0);
    const result = readResult(join(folder, 'kvm'));
    expect(result.failures).toEqual([]);
    for (const operation of ['out', 'in', 'cpuid', 'hlt']) {
      expect(rowOf(result, 'kvm', operation)).toMatchObject({ status: 'ok' });
    }
    const syscall = rowOf(result, 'kvm', 'syscall');
    expect(syscall.status === 'ok' || syscall.error).toBeTruthy();
    // The way to user space and back is longer than the way to KVM.
    expect(first(rowOf(result, 'kvm', 'out'))).toBeGreaterThan(first(rowOf(result, 'kvm', 'cpuid')));
  },
);

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('operations in QEMU', () => {
  let result: Result;
  const yardstick = new Map<string, number>();

  beforeAll(async () => {
    const { command, args } = (await findCompiler(localHost)) ?? { command: 'gcc', args: [] };
    const compiler = [command, ...args] as const;
    const cpu = String((await pickCpus(localHost)).benchCpu);
    const ended = await hvbench(
      run('tcg', '--hypervisor', 'qemu-tcg', '--isa', 'i386', '--workload', 'cpuid,in'),
      options,
    );
    expect(ended.code, ended.stderr).toBe(0);
    result = readResult(join(folder, 'tcg'));
    for (const [name, macro, count] of [
      ['cpuid', 'CPUID', 2e6],
      ['in', 'IN', 4e5],
    ] as const) {
      // The least of three: a busy neighbour can only add to one.
      const [few, many] = [count, 4 * count].map((times) =>
        Math.min(...[1, 2, 3].map(() => processSeconds(compiler, cpu, macro, times))),
      );
      yardstick.set(name, (((many ?? 0) - (few ?? 0)) * 1e9) / (3 * count * 16));
    }
  });

  test.each(['cpuid', 'in'])('%s agrees with a program that shares nothing with hvbench', (name) => {
    const ours = first(rowOf(result, 'qemu-tcg', name));
    const other = yardstick.get(name) ?? Number.NaN;
    console.info(`${name} under qemu-tcg: ${ours.toFixed(1)} ns, by itself ${other.toFixed(1)} ns`);
    // The aim is 15 %; the rest is room for a busy computer.
    expect(ours / other).toBeGreaterThan(0.5);
    expect(ours / other).toBeLessThan(2);
  });
});

/** How long QEMU lives, seconds, with a guest that does so many operations and ends. */
function processSeconds(
  [command, ...args]: readonly [string, ...string[]],
  cpu: string,
  macro: string,
  count: number,
): number {
  const image = join(folder, `${macro}-${count}`);
  const source = fileURLToPath(new URL('tcg-loop.S', import.meta.url));
  const flags = '-m32 -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-Ttext-segment=0x100000'.split(' ');
  execFileSync(command, [...args, ...flags, `-D${macro}`, `-DCOUNT=${count}`, source, '-o', image]);
  const machine = '-M microvm -accel tcg -cpu max -nodefaults -no-user-config -display none -no-reboot';
  const pinned = ['-c', cpu, qemu, ...machine.split(' '), '-kernel', image];
  const began = performance.now();
  const { status, stderr } = spawnSync(
    'taskset',
    [...pinned, '-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
    { timeout: 60_000, encoding: 'utf8' },
  );
  // Odd: isa-debug-exit gives twice what was written, and one.
  expect((status ?? 0) % 2, stderr).toBe(1);
  return (performance.now() - began) / 1000;
}

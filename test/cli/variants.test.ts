/** Variants of the real QEMU: rows of their own, and what they are told in result, list and doctor. */
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ConsolidationRow } from '../../suites/consolidation/schema.ts';
import { qemu, qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { detailsOf, hvbench, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const SMALL = String.raw`b=qemu-tcg,args=-accel tcg\,tb-size=1`;

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('variants', () => {
  test('are measured side by side, and each says what it really was', async () => {
    const wrapper = join(folder, 'wrapper');
    writeFileSync(wrapper, `#!/bin/sh\nexec ${qemu} "$@"\n`);
    chmodSync(wrapper, 0o755);
    const out = join(folder, 'out');
    const run = [
      ...['run', '--suite', 'cpu', '--workload', 'integer', '--isa', 'x86_64', '--profile', 'quick'],
      ...['--hypervisor', 'a,b,c', '--variant', `a=qemu-tcg,program=${qemu}`, '--variant', SMALL],
      ...['--variant', `c=qemu-tcg,program=${wrapper},machineType=pc,env=HVBENCH_VARIANT=1`],
      ...['--budget', '6', '--out', out],
    ];
    const { code, stderr, stdout } = await hvbench(run, { cwd: folder });
    expect(code, stderr).toBe(0);
    const { hypervisors, measurements, rows, config } = readResult(out);
    expect(measurements.map(({ hypervisor, status }) => `${hypervisor} ${status}`)).toEqual([
      ...['native ok', 'a ok', 'b ok', 'c ok'],
    ]);
    expect(rows.map(({ target }) => target.hypervisor)).toEqual(['native', 'a', 'b', 'c']);
    const of = (id: string) => hypervisors.find((one) => one.id === id);
    const sha256 = createHash('sha256').update(readFileSync(qemu)).digest('hex');
    const short = sha256.slice(0, 12);
    expect(of('native')?.variant).toBeUndefined();
    expect(of('a')?.variant?.program?.sha256).toBe(sha256);
    expect(of('b')?.variant).toMatchObject({ of: 'qemu-tcg', options: { args: '-accel tcg,tb-size=1' } });
    expect(of('b')?.evidence.join('\n')).toMatch(/accelerator tcg, machine microvm/);
    expect(of('a')?.evidence.join('\n')).toMatch(
      new RegExp(`its process executes [\\w-]+, SHA-256 ${short}`),
    );
    expect(of('c')?.evidence.join('\n')).toMatch(
      new RegExp(`wrapper is a script; what executes is [\\w-]+, SHA-256 ${short}`),
    );
    expect(of('c')?.evidence.join('\n')).toMatch(/machine pc-i440fx/);
    // What is told in reports says nothing of folders.
    expect(JSON.stringify(hypervisors)).not.toContain(folder);
    expect(stdout).not.toContain(`${folder}/wrapper`);
    expect(stdout).toMatch(/b is qemu-tcg [\d.]+, .*args\s+-accel\s+tcg,tb-size=1/);
    expect(Object.keys(config.variants as object)).toEqual(['a', 'b', 'c']);

    // A run goes on with the variants that it had.
    const resumed = await hvbench(['run', '--resume', out, '--budget', '1'], { cwd: folder });
    expect(resumed.code, resumed.stderr).toBe(0);
    const other = ['run', '--resume', out, '--variant', 'b=qemu-tcg'];
    expect((await hvbench(other, { cwd: folder })).stderr).toMatch(/measured with another variant b/);
    writeFileSync(wrapper, `#!/bin/sh\nexec  ${qemu} "$@"\n`);
    expect((await hvbench(['run', '--resume', out], { cwd: folder })).stderr).toMatch(
      /program of the variant c has changed/,
    );
  });

  test('run commands', async () => {
    // A Linux boots slowly where little of its translation is kept.
    const large = String.raw`b=qemu-tcg,args=-accel tcg\,tb-size=64`;
    const exec = ['exec', '--runs', '1', '--warmup', '0', '--hypervisor', 'b', '--variant', large, '--json'];
    const { code, stdout, stderr } = await hvbench([...exec, '--', 'true'], { cwd: folder });
    expect(code, stderr).toBe(0);
    const { environments } = JSON.parse(stdout);
    expect(environments.map(({ id }: { id: string }) => id)).toEqual(['native', 'b']);
    expect(environments[1].evidence.join('\n')).toMatch(/its process executes/);
  });

  test('are consolidated', async () => {
    const out = join(folder, 'busy');
    const run = [
      ...['run', '--suite', 'consolidation', '--profile', 'quick', '--seed', '7', '--machines', '2'],
      ...['--hypervisor', 'native,a', '--variant', `a=qemu-tcg,program=${qemu},machineType=pc`],
      ...['--budget', '29', '--out', out],
    ];
    const { code, stdout, stderr } = await hvbench(run, { cwd: folder });
    expect(code, stderr).toBe(0);
    const { details, hypervisors } = readResult(out);
    const row = detailsOf<ConsolidationRow>({ details }, 'consolidation').find(
      ({ hypervisor }) => hypervisor === 'a',
    );
    expect(row).toMatchObject({ status: 'ok' });
    expect(row?.steps[0]?.levels[0]?.turnsPerSecond.high).toBeGreaterThan(0);
    const evidence = hypervisors.find(({ id }) => id === 'a')?.evidence.join('\n');
    expect(evidence).toMatch(/its process executes [\w-]+, SHA-256 /);
    expect(evidence).toMatch(/machine pc-i440fx/);
    expect(stdout).toMatch(/a is qemu-tcg/);
  });

  test('are listed and examined', async () => {
    const flags = ['--variant', SMALL, '--variant', 'gone=qemu-tcg,program=/nowhere/qemu', '--json'];
    const [listed, examined] = await Promise.all(
      ['list', 'doctor'].map((command) => hvbench([command, ...flags], { cwd: folder })),
    );
    for (const outcome of [listed, examined]) {
      expect(outcome?.code, outcome?.stderr).toBe(0);
      const { hypervisors } = JSON.parse(outcome?.stdout ?? '') as {
        hypervisors: { id: string; title: string; available: boolean }[];
      };
      const b = hypervisors.find(({ id }) => id === 'b');
      expect(b).toMatchObject({ available: true, title: expect.stringMatching(/args -accel tcg,tb-size=1/) });
      expect(hypervisors.find(({ id }) => id === 'gone')).toMatchObject({ available: false });
    }
  });

  test.each<[string, string[], RegExp]>([
    ['an unknown driver', ['a=xen'], /^hvbench: variant a: unknown hypervisor 'xen'/],
    [
      'a missing program',
      ['a=qemu-tcg,program=/nowhere/qemu'],
      /^hvbench: variant a: there is no program \/nowhere/,
    ],
    [
      'another accelerator',
      ['a=qemu-tcg,args=-accel kvm'],
      /^hvbench: variant a: args name the accelerator kvm/,
    ],
  ])('refuse %s in one line, before anything is measured', async (_, variants, message) => {
    const flags = variants.flatMap((one) => ['--variant', one]);
    const run = ['run', '--suite', 'cpu', '--hypervisor', 'a', ...flags, '--out', join(folder, 'none')];
    const { code, stdout, stderr } = await hvbench(run, { cwd: folder });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.split('\n').filter((line) => line.startsWith('hvbench:'))).toHaveLength(1);
    expect(stderr.split('\n').find((line) => line.startsWith('hvbench:'))).toMatch(message);
  });
});

/** `hvbench ab` with the real QEMU: one and the same twice, one that is slowed down, one that is not there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const WORK = ['--workload', 'integer', '--isa', 'x86_64'];

const ab = (name: string, candidate: string, ...flags: string[]) =>
  hvbench(
    [
      ...['ab', '--base', 'a', '--candidate', 'b', '--variant', 'a=qemu-tcg', '--variant', `b=${candidate}`],
      ...[...WORK, '--out', join(folder, name), ...flags],
    ],
    { cwd: folder },
  );

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('an A/B', () => {
  test('of one QEMU twice finds nothing', async () => {
    const { code, stdout, stderr } = await ab('same', 'qemu-tcg', '--budget', '8');
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).not.toMatch(/worse than/);
    const { measurements } = readResult(join(folder, 'same'));
    expect(measurements.map(({ hypervisor }) => hypervisor)).toEqual(['native', 'a', 'b']);
    const [a, b] = measurements.slice(1).map(({ samples }) => samples.map(({ launch }) => launch));
    // The end of the budget may come between two machines of a round.
    const both = Math.min(a?.length ?? 0, b?.length ?? 0);
    expect(both).toBeGreaterThanOrEqual(2);
    expect(a?.slice(0, both)).toEqual(b?.slice(0, both));
    expect(Math.max(a?.length ?? 0, b?.length ?? 0) - both).toBeLessThanOrEqual(1);
  });

  test('finds a translator that chains no blocks, in every output', async () => {
    const slow = 'qemu-tcg,args=-d nochain';
    const outputs = ['json=x.json', 'junit=x.xml', 'html=x.html', 'svg=x.svg', 'markdown=x.md'];
    const flags = [...outputs, 'terminal'].flatMap((one) => ['--format', one]);
    const { code, stdout, stderr } = await ab('slow', slow, '--budget', '10', ...flags);
    expect(code, stdout + stderr).toBe(1);
    expect(stdout).toMatch(/^b is worse than a in [12] of 2 figures/m);
    const { figures, base, candidate } = JSON.parse(readFileSync(join(folder, 'x.json'), 'utf8'));
    const cpu = figures.find(({ metric }: { metric: string }) => metric === 'cpuTime');
    expect(cpu).toMatchObject({ verdict: 'regressed', by: 'rounds' });
    expect(cpu.change.low).toBeGreaterThan(0.1);
    expect([base.id, candidate.variant.options.args]).toEqual(['a', '-d nochain']);
    expect(readFileSync(join(folder, 'x.xml'), 'utf8')).toMatch(/<failure /);
    for (const file of ['x.html', 'x.svg', 'x.md']) expect(existsSync(join(folder, file))).toBe(true);
  });

  test('for git bisect tells what cannot run, and what is open, from what is bad', async () => {
    const missing = 'qemu-tcg,program=/nowhere/qemu';
    expect((await ab('none', missing)).code).toBe(2);
    const gone = await ab('none', missing, '--bisect');
    expect(gone.code).toBe(125);
    expect(gone.stderr).toMatch(/^hvbench: variant b: there is no program \/nowhere\/qemu/m);
    const same = ['ab', '--bisect', '--base', 'a', '--candidate', 'a'];
    for (const before of [[], ['--debug']])
      expect((await hvbench([...before, ...same], { cwd: folder })).code).toBe(125);
    const open = await ab(
      'open',
      'qemu-tcg',
      '--bisect',
      '--budget',
      '1',
      '--no-confirm',
      '--min-effect',
      '0.0001',
    );
    expect(open.code, open.stdout).toBe(125);
  });

  test.each<[string, string[], RegExp]>([
    [
      'no other machine',
      ['--base', 'a', '--candidate', 'a'],
      /^hvbench: base and candidate are both a: name two$/m,
    ],
    [
      'an unknown one',
      ['--base', 'a', '--candidate', 'c'],
      /^hvbench: unknown hypervisor 'c': use one of native, /m,
    ],
    ['half of it', ['--base', 'a'], /^hvbench: required option '--candidate <name>' not specified$/m],
  ])('refuses %s', async (_, flags, message) => {
    const { code, stderr } = await hvbench(['ab', ...flags, '--variant', 'a=qemu-tcg', ...WORK], {
      cwd: folder,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

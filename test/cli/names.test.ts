/** One rule for what was named and cannot run: it is told, the rest is measured, and the exit code is 1; 2 with none left. */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hvbench, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
/** A PATH with everything that is on this one but QEMU and User Mode Linux. */
const PATH = join(folder, 'bin');
mkdirSync(PATH);
for (const place of (process.env.PATH ?? '').split(':').reverse()) linkAll(place);

function linkAll(place: string): void {
  let names: string[];
  try {
    names = readdirSync(place);
  } catch {
    return;
  }
  for (const name of names) {
    if (/^(linux|qemu|kvm$)/.test(name)) continue;
    try {
      symlinkSync(join(place, name), join(PATH, name));
    } catch {
      // One that is found earlier is there already, or the same.
    }
  }
}

const options = { cwd: folder, env: { PATH } };
const run = (out: string, ...args: string[]) =>
  hvbench(['run', '--profile', 'quick', '--budget', '1', '--out', out, ...args], options);
const INTEGER = ['--suite', 'cpu', '--workload', 'integer'];

/** What is told of names, line by line. */
const told = (stderr: string) => stderr.split('\n').filter((line) => line.includes(' is not measured: '));

describe('run', () => {
  test('measures those that are left, even the control alone, and tells the others', async () => {
    const args = [...INTEGER, '--hypervisor', 'control,uml,v86', '--isa', 'x86_64'];
    const { code, stdout, stderr } = await run('left', ...args);
    expect({ code, told: told(stderr) }, stderr).toEqual({
      code: 1,
      told: [
        expect.stringMatching(/^uml is not measured: .*not installed/),
        'v86 is not measured: it runs no x86_64 guests',
      ],
    });
    expect(stdout).toContain('v86 could not run: it runs no x86_64 guests');
    const { hypervisors, measurements } = readResult(join(folder, 'left'));
    expect(measurements.filter(({ status }) => status === 'ok').map(({ hypervisor }) => hypervisor)).toEqual([
      'native',
      'control',
    ]);
    expect(hypervisors.map(({ id, available }) => [id, available])).toEqual([
      ['native', true],
      ['control', true],
      ['uml', false],
      ['v86', false],
    ]);
  });

  test('cannot be done where none is left, with each reason', async () => {
    const args = [...INTEGER, '--hypervisor', 'uml,v86', '--isa', 'x86_64'];
    const { code, stdout, stderr } = await run('none', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^hvbench: nothing can run here \(uml: .*not installed; v86: it runs no x86_64 guests\): see hvbench doctor$/m,
    );
  });

  test('does not measure native alone for a control that has nothing to run', async () => {
    const { code, stderr } = await run('operations', '--suite', 'privileged', '--hypervisor', 'control');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /nothing can run here \(control: it runs Linux processes, and single operations are measured in guests\)/,
    );
  });

  test('tells a suite, a workload and an ISA that yield nothing', async () => {
    const work = ['--suite', 'privileged,memory', '--workload', 'first-touch', '--hypervisor', 'control'];
    const suite = await run('suite', ...work, '--isa', 'x86_64');
    expect({ code: suite.code, told: told(suite.stderr) }).toEqual({
      code: 1,
      told: ['suite privileged is not measured: it has no workload first-touch'],
    });
    const rest = await run('rest', '--workload', 'integer,cr8wr', '--hypervisor', 'v86', '--isa', 'i386');
    expect({ code: rest.code, told: told(rest.stderr) }).toEqual({
      code: 1,
      told: ['workload cr8wr is not measured: it is for x86_64 alone'],
    });
    const isa = await run('isa', ...INTEGER, '--hypervisor', 'v86', '--isa', 'i386,x86_64');
    expect({ code: isa.code, told: told(isa.stderr) }).toEqual({
      code: 1,
      told: [
        'ISA x86_64 is not measured: none of the selected work runs on it (v86: it runs no x86_64 guests)',
      ],
    });
  });

  test('tells what was not named, and that is no finding', async () => {
    const { code, stderr } = await run('all', ...INTEGER, '--isa', 'i386');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^uml is not measured: /m);
  });
});

describe('exec', () => {
  const exec = (ids: string) =>
    hvbench(['exec', '--hypervisor', ids, '--runs', '1', '--warmup', '0', '--json', '--', 'true'], options);

  test('measures those that are left, and tells the others', async () => {
    const { code, stdout, stderr } = await exec('qemu-tcg,control');
    expect({ code, told: told(stderr) }, stderr).toEqual({
      code: 1,
      told: [expect.stringMatching(/^qemu-tcg is not measured: .*not installed/)],
    });
    const { environments } = JSON.parse(stdout);
    expect(environments.map(({ id, status }: Record<string, string>) => [id, status])).toEqual([
      ['native', 'ok'],
      ['control', 'ok'],
      ['qemu-tcg', 'unavailable'],
    ]);
  });

  test('cannot be done where none is left, with each reason', async () => {
    const { code, stdout, stderr } = await exec('qemu-tcg,kvm');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^hvbench: none of the named hypervisors can run the command \(kvm: it runs no programs of this host; qemu-tcg: .*not installed.*\): see/m,
    );
  });
});

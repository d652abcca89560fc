/** Hypervisors as other systems have them. Stand-ins answer for a name or refuse a machine; the real ones run. */
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findOnPath } from '../../core/host/path.ts';
import type { Examination } from '../../core/library/probe.ts';
import { mountsAreUsable } from '../mounts.ts';
import { qemu, qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, type Options, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();

function script(name: string, program: string, text: string): string {
  const programs = join(folder, name);
  mkdirSync(programs);
  writeFileSync(join(programs, program), `#!/bin/sh\n${text}\n`);
  chmodSync(join(programs, program), 0o755);
  return `${programs}:${process.env.PATH}`;
}

/** A PATH with all programs but QEMU. */
function withoutQemu(name: string): string {
  const programs = join(folder, name);
  mkdirSync(programs);
  for (const place of ['/usr/sbin', '/usr/bin'])
    for (const program of readdirSync(place))
      if (!/^(qemu-.*|kvm)$/.test(program))
        try {
          symlinkSync(join(place, program), join(programs, program));
        } catch {
          // Of both places' one is enough.
        }
  return programs;
}

async function examine(id: string, options: Omit<Options, 'cwd'>) {
  const { code, stdout, stderr } = await hvbench(['doctor', '--json'], { cwd: folder, ...options });
  expect(code, stderr).toBe(0);
  const one = (JSON.parse(stdout) as Examination).hypervisors.find((each) => each.id === id);
  return one ?? expect.unreachable(`no ${id}`);
}

/** A short run, which must succeed: what the hypervisor was, and its proof. */
async function measure(id: string, name: string, options: Omit<Options, 'cwd'>) {
  const out = join(folder, `${name}-out`);
  const work = '--workload integer --isa x86_64 --profile quick --budget 1'.split(' ');
  const { code, stderr } = await hvbench(['run', ...work, '--hypervisor', id, '--out', out], {
    cwd: folder,
    ...options,
  });
  expect(code, stderr).toBe(0);
  const result = readResult(out);
  expect(result.measurements.filter((row) => row.hypervisor === id).map(({ status }) => status)).toEqual([
    'ok',
  ]);
  return { info: result.hypervisors.find((each) => each.id === id), text: JSON.stringify(result) };
}

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('QEMU', () => {
  test('is found by another name', { timeout: 120_000 }, async () => {
    const PATH = withoutQemu('named');
    symlinkSync(qemu, join(PATH, 'qemu-kvm'));
    const { info } = await measure('qemu-tcg', 'named', { env: { PATH } });
    expect(info?.notes).toContain(`QEMU is ${join(PATH, 'qemu-kvm')} here.`);
  });

  test('is not a script called kvm', async () => {
    const PATH = withoutQemu('scripted');
    writeFileSync(join(PATH, 'kvm'), `#!/bin/sh\nexec ${qemu} -enable-kvm "$@"\n`);
    chmodSync(join(PATH, 'kvm'), 0o755);
    expect((await examine('qemu-tcg', { env: { PATH } })).reason).toBe('qemu-system-x86_64 is not installed');
  });

  test.each([
    ['fails', 'echo "libfoo.so: cannot open shared object file" >&2; exit 1', /libfoo\.so: cannot open/],
    ['is silent', 'exit 0', /it says nothing/],
  ])('that %s is told with what it says', async (name, text, reason) => {
    const found = await examine('qemu-tcg', { env: { PATH: script(name, 'qemu-system-x86_64', text) } });
    expect(found.available).toBe(false);
    expect(found.reason).toMatch(/^\/.+\/qemu-system-x86_64 does not report its version: /);
    expect(found.reason).toMatch(reason);
  });

  test.each([
    [
      'lacks',
      `*"-M help"*) ${qemu} "$@" | grep -v ^microvm;;`,
      /no machine type microvm \(it was built without\)/,
    ],
    ['aborts', '*"-M microvm"*) kill -ABRT $$;;', /no machine type microvm \(it dies by SIGABRT\)/],
  ])('that %s microvms runs bare guests on a pc', { timeout: 120_000 }, async (name, refuse, note) => {
    const PATH = script(name, 'qemu-system-x86_64', `case "$*" in ${refuse} *) exec ${qemu} "$@";; esac`);
    const { info, text } = await measure('qemu-tcg', name, { env: { PATH } });
    expect(info?.notes.join(' ')).toMatch(note);
    expect(text).toMatch(/accelerator tcg, machine pc/);
    expect(text).not.toMatch(/machine microvm/);
  });
});

const noUml = requireOrSkip('uml', (await findOnPath('linux.uml')) !== null);
const noMounts = requireOrSkip('mounts', mountsAreUsable);

describe.skipIf(noUml || noMounts)('User Mode Linux, whose memory finds no place in /dev/shm', () => {
  const over = (options: string) => {
    const command = 'mount -t tmpfs -o "$1" none /dev/shm || exit 99; shift; exec "$@"';
    return ['unshare', '-m', 'sh', '-c', command, 'sh', options];
  };

  test.each([
    ['small', 'size=64m'],
    ['noexec', 'noexec'],
  ])('since it is %s', { timeout: 120_000 }, async (name, options) => {
    await measure('uml', name, { under: over(options), env: { TMPDIR: '' } });
  });

  test.each([
    ['small', 'size=64m', /^the guest's memory, \d+ MiB, lies in \/dev\/shm, which holds 64 MiB/],
    ['noexec', 'noexec', /^the guest's memory lies in \/dev\/shm, which is noexec/],
  ])('says so where it is %s and it can mount none', async (name, options, reason) => {
    const PATH = script(`mount-${name}`, 'mount', 'exit 1');
    const real = (await findOnPath('mount')) ?? '';
    const under = over(options).map((word) => word.replace(/^mount /, `${real} `));
    const found = await examine('uml', { under, env: { PATH, TMPDIR: '' } });
    expect(found).toMatchObject({ available: false, reason: expect.stringMatching(reason) });
    expect(found.remedy).toMatch(/^TMPDIR=/);
  });
});

/** A QEMU that misbehaves: it costs its rows, and leaves no process. The programs here stand in front of the real one. */
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { qemu, qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { readResult, start, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const temporary = temporaryFolder();

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('a QEMU that', () => {
  test.each([
    ['refuses an option', 'exec "$real" "$@" -no-such-option', /-no-such-option/],
    ['dies at once', 'exit 3', /QEMU|ended/],
    ['is killed', 'kill -9 $$', /SIGKILL/],
    ['dies amid a batch', '(sleep 1.5; kill -9 $$) & exec "$real" "$@"', /SIGKILL/],
    [
      'floods its standard error, and dies',
      'head -c 20000000 /dev/zero | tr "\\0" x >&2; exit 1',
      /^(qemu: )?x{1,400}$|ended/,
    ],
    ['speaks no QMP', 'sleep 60', /no answer within/],
  ])('%s', { timeout: 120_000 }, async (name, script, error) => {
    const programs = join(folder, name.replaceAll(' ', '-'));
    mkdirSync(programs);
    const program = join(programs, 'qemu-system-x86_64');
    // Only what starts a machine misbehaves; questions are answered.
    writeFileSync(
      program,
      `#!/bin/sh\nreal=${qemu}\ncase "$*" in *-kernel*) ${script};; *) exec "$real" "$@";; esac\n`,
    );
    chmodSync(program, 0o755);
    const out = join(programs, 'out');
    const started = start(
      [
        ...'run --workload integer --hypervisor control,qemu-tcg --isa x86_64 --profile quick --budget 4'.split(
          ' ',
        ),
        ...['--out', out],
      ],
      { cwd: folder, env: { PATH: `${programs}:${process.env.PATH}`, TMPDIR: temporary } },
    );
    const ended = await started.ended;
    expect(started.remains()).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(ended.code, ended.stderr).toBe(1);
    const { measurements, failures } = readResult(out);
    expect(failures.map(({ hypervisor }) => hypervisor)).toEqual(['qemu-tcg']);
    expect(failures[0]?.error).toMatch(error);
    expect(failures[0]?.error.length).toBeLessThan(500);
    const status = (id: string) => measurements.find(({ hypervisor }) => hypervisor === id)?.status;
    expect([status('native'), status('control'), status('qemu-tcg')]).toEqual(['ok', 'ok', 'failed']);
  });
});

/** A QEMU that misbehaves: it costs its rows, and leaves no process. The programs here stand in front of the real one. */
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { qemu, qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { readResult, start, temporaryFolder } from './command.ts';

const folder = temporaryFolder();

/** What it does instead of a machine, and what is said of it. */
const FAULTS: Readonly<Record<string, { script: string; error: RegExp; measured?: string }>> = {
  'refuses an option': { script: 'exec "$real" "$@" -no-such-option', error: /-no-such-option/ },
  'dies at once': { script: 'exit 3', error: /QEMU|exited unexpectedly/ },
  'is killed': { script: 'kill -9 $$', error: /SIGKILL/ },
  // A launch of this profile takes a second and a half, most of it batches; where it starts slowly, it dies before the first.
  'dies amid a batch': {
    script: '(sleep 0.7; kill -9 $$) & exec "$real" "$@"',
    error: /SIGKILL/,
    measured: '--profile thorough --budget 6',
  },
  'floods its standard error, and dies': {
    script: 'head -c 20000000 /dev/zero | tr "\\0" x >&2; exit 1',
    error: /^(qemu: )?x{1,400}$|ended/,
  },
  'speaks no QMP': { script: 'sleep 60', error: /no answer within/ },
};

/** Starts a run with a QEMU that does so. */
async function begin(name: string) {
  const { script = '', measured = '--profile quick --budget 1' } = FAULTS[name] ?? {};
  const programs = join(folder, name.replaceAll(' ', '-'));
  const temporary = join(programs, 'temporary');
  mkdirSync(temporary, { recursive: true });
  const program = join(programs, 'qemu-system-x86_64');
  // Only what starts a machine misbehaves; questions are answered.
  writeFileSync(
    program,
    `#!/bin/sh\nreal=${qemu}\ncase "$*" in *-kernel*) ${script};; *) exec "$real" "$@";; esac\n`,
  );
  chmodSync(program, 0o755);
  const out = join(programs, 'out');
  const work = `--workload integer --hypervisor control,qemu-tcg --isa x86_64 ${measured}`;
  const started = start(['run', ...work.split(' '), '--out', out], {
    cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}`, TMPDIR: temporary },
  });
  return { started, temporary, out };
}

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('a QEMU that', () => {
  // It is waited for half a minute in which nothing happens: the others are tried meanwhile.
  let silent: ReturnType<typeof begin>;
  beforeAll(() => {
    silent = begin('speaks no QMP');
  });
  afterAll(async () => (await silent).started.ended);

  test.each(Object.entries(FAULTS))('%s', async (name, { error }) => {
    const { started, temporary, out } = await (name === 'speaks no QMP' ? silent : begin(name));
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

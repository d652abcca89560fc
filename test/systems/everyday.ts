/** What a user does first on a computer, by the real command: doctor, a short run, its report again, exec. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Examination } from '../../core/library/probe.ts';
import { type ExecResult, execSchema } from '../../core/results/exec-schema.ts';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { type Ended, hvbench, type Options, readResult } from '../cli/command.ts';

const RUN = '--profile quick --suite cpu,memory --workload integer,stream-copy --budget 1'.split(' ');

export interface Everyday {
  readonly examination: Examination;
  readonly result: Result;
  readonly exec: ExecResult;
  /** What run and exec said beside their results. */
  readonly said: { readonly run: string; readonly exec: string };
}

/** Does all of it, on hypervisors that are everywhere, and expects that all of it works and agrees. */
export async function everyday(options: Options, name: string): Promise<Everyday> {
  const out = join(options.cwd, name);
  const expectDone = (what: string, { code, stdout, stderr }: Ended) => {
    expect(code, `${what}: ${stdout}${stderr}`).toBe(0);
    return { stdout, stderr };
  };
  const doctor = expectDone('doctor', await hvbench(['doctor', '--json'], options));
  const examination = JSON.parse(doctor.stdout) as Examination;
  const able = examination.hypervisors.filter(({ available }) => available);
  for (const { id, isas } of atLeastOne(
    able.filter((each) => ['native', 'control', 'v86'].includes(each.id)),
  ))
    expect(isas, id).toEqual(id === 'v86' ? ['i386'] : ['x86_64', 'i386']);
  expect(able.map(({ id }) => id)).toEqual(expect.arrayContaining(['native', 'control', 'v86']));

  const kvm = able.some(({ id }) => id === 'kvm') ? ',kvm' : '';
  const flags = [...RUN, '--hypervisor', `control,v86${kvm}`, '--out', out];
  const run = expectDone('run', await hvbench(['run', ...flags], options));
  const result = readResult(out);
  expect(result.failures).toEqual([]);
  // A checksum that differs from native's fails a trial.
  for (const [hypervisor, isa] of [
    ['control', 'i386'],
    ['v86', 'i386'],
    ...(kvm
      ? [
          ['control', 'x86_64'],
          ['kvm', 'x86_64'],
        ]
      : []),
  ]) {
    const rows = result.measurements.filter((row) => row.hypervisor === hypervisor && row.isa === isa);
    expect(rows.map(({ workload, status }) => [workload, status])).toEqual(
      ['integer', 'stream-copy'].map((workload) => [workload, 'ok']),
    );
    for (const { digest } of atLeastOne(rows)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  }
  rmSync(join(out, 'summary.md'));
  expectDone('report', await hvbench(['report', out], options));
  expect(existsSync(join(out, 'summary.md'))).toBe(true);
  // Who reads a report has to know whose code it is.
  expect(readFileSync(join(out, 'summary.md'), 'utf8').replaceAll('\\', '')).toContain(
    `Guest code by ${result.host.compiler}`,
  );

  const command = ['exec', '--hypervisor', 'control', '--runs', '1', '--warmup', '0', '--json', '--', 'true'];
  const exec = expectDone('exec', await hvbench(command, options));
  return {
    ...{ examination, result, exec: execSchema.parse(JSON.parse(exec.stdout)) },
    said: { run: run.stderr, exec: exec.stderr },
  };
}

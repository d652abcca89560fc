/** What a user does first, by the real command, and what has to come of it. Each throws where that does not. */
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Examination } from '../../../core/library/probe.ts';
import { execSchema } from '../../../core/results/exec-schema.ts';
import type { BootResult } from '../../../suites/boot/schema.ts';
import { detailsOf, readResult } from '../../cli/command.ts';
import { call, expectDone, expectSame, lastLine } from './call.ts';
import type { Place } from './system.ts';

const WORKLOADS = ['integer', 'stream-copy'];
const QUICK = ['--profile', 'quick', '--budget', '1'];
/** What is written stays in each machine. */
const WRITTEN = 'matrix-file';
const COMMAND = ['sh', '-c', `echo $((6 * 7)) > ${WRITTEN} && cat ${WRITTEN}`];

/** Those that can run there. */
const ableOf = (examination: Examination, { without = [] }: Place) =>
  examination.hypervisors.filter(({ id, available }) => available && !without.includes(id));

export async function guest({ options, fetching = options }: Place): Promise<void> {
  await expectDone(fetching, 'guest');
}

export async function doctor({ options, able, unable = {}, refusal }: Place): Promise<Examination> {
  const { stdout } = await expectDone(options, 'doctor', '--json');
  const examination = JSON.parse(stdout) as Examination;
  const { hypervisors, commands, findings } = examination;
  for (const id of able) {
    const found = hypervisors.find((each) => each.id === id);
    assert.ok(found?.available, `${id} cannot run: ${found?.reason}`);
  }
  for (const [id, words] of Object.entries(unable)) {
    const found = hypervisors.find((each) => each.id === id);
    assert.match(
      `${found?.available} ${found?.reason}; try: ${found?.remedy}`,
      new RegExp(`^false .*${words.source}`),
    );
  }
  const problems = findings.filter(({ level }) => level === 'problem');
  expectSame(
    'problems found',
    problems.map(({ text }) => text),
    [],
  );
  const lack = commands.find(({ id }) => id === 'native')?.lack ?? null;
  if (refusal) assert.match(`${lack?.reason}; try: ${lack?.remedy}`, bare(refusal.line));
  else assert.equal(lack, null);
  return examination;
}

/** A line of the command, as doctor says it: without what surrounds it. */
const bare = (line: RegExp) => new RegExp(line.source.replace('; try: ', '.*; try: '));

/** Gives the digests of the guest code: by ISA and workload. */
export async function run(place: Place, examination: Examination): Promise<Map<string, string>> {
  const { options } = place;
  const guests = ableOf(examination, place).filter(({ id }) => id !== 'native' && id !== 'container');
  const work = ['--suite', 'cpu,memory', '--workload', WORKLOADS.join()];
  const ids = guests.map(({ id }) => id).join();
  await expectDone(options, 'run', ...work, ...QUICK, '--hypervisor', ids, '--out', 'out');
  const { failures, measurements } = readResult(join(options.cwd, 'out'));
  expectSame(
    'failures',
    failures.map(({ error }) => error),
    [],
  );
  for (const { id, isas } of guests) {
    const rows = measurements.filter(({ hypervisor }) => hypervisor === id);
    expectSame(
      `measured on ${id}`,
      rows.map(({ isa, workload, status }) => `${isa} ${workload} ${status}`),
      isas.flatMap((isa) => WORKLOADS.map((workload) => `${isa} ${workload} ok`)),
    );
  }
  return new Map(measurements.map(({ isa, workload, digest }) => [`${isa} ${workload}`, digest ?? '']));
}

export async function exec(
  { options, refusal, without = [] }: Place,
  examination: Examination,
): Promise<void> {
  const once = ['--runs', '1', '--warmup', '0', '--json'];
  if (refusal) {
    const { code, stderr } = await call(
      options,
      'exec',
      '--hypervisor',
      'control',
      ...once,
      '--',
      ...COMMAND,
    );
    assert.equal(code, 2, stderr);
    assert.match(lastLine(stderr), refusal.line);
    if (!refusal.elsewhere) return;
  }
  // Who has more rights can do no less.
  const where = refusal?.elsewhere ?? options;
  const ids = refusal
    ? ['control']
    : examination.commands
        .filter(({ id, lack }) => lack === null && !without.includes(id))
        .map(({ id }) => id);
  const guests = ids.filter((id) => id !== 'native');
  const { stdout } = await expectDone(
    where,
    'exec',
    '--hypervisor',
    guests.join(),
    ...once,
    '--',
    ...COMMAND,
  );
  const { environments } = execSchema.parse(JSON.parse(stdout));
  expectSame(
    'ended',
    environments.map(({ id, status, stdout }) => `${id} ${status} ${stdout.trim()}`),
    ['native', ...guests].map((id) => `${id} ok 42`),
  );
  assert.equal(existsSync(join(options.cwd, WRITTEN)), false, `${WRITTEN} was written outside`);
}

export async function boot(place: Place, examination: Examination): Promise<void> {
  const { options, boots } = place;
  // The control is a second native process, which starts as the first one does.
  const booted = ableOf(examination, place).filter(({ id }) => boots.includes(id) && id !== 'control');
  // What takes long to boot waits until all others are done, which on a busy computer may be never: it comes by itself.
  const isSlow = ({ isas }: (typeof booted)[number]) => !isas.includes('x86_64');
  const parts = [
    { out: 'boot', budget: 20, machines: booted.filter((each) => !isSlow(each)) },
    { out: 'boot-slow', budget: 150, machines: booted.filter(isSlow) },
  ];
  for (const { out, budget, machines } of parts) {
    if (machines.length === 0) continue;
    const ids = machines.map(({ id }) => id);
    await expectDone(
      ...([options, 'run', '--suite', 'boot', '--profile', 'quick', '--budget', String(budget)] as const),
      ...['--hypervisor', ids.join(), '--out', out],
    );
    const all = detailsOf<BootResult>(readResult(join(options.cwd, out)), 'boot');
    const rows = all.filter(({ hypervisor }) => ids.includes(hypervisor));
    expectSame('booted', [...new Set(rows.map(({ hypervisor }) => hypervisor))], ids);
    // From a warm page cache each has its turn, however little time there is; from a cold one it may not.
    for (const { hypervisor, role, isa, status, error } of rows.filter(({ cache }) => cache === 'warm')) {
      const known = booted.find(({ id }) => id === hypervisor)?.linux.lacks[isa]?.reason;
      // What doctor said that it boots no Linux for is no failure of a boot.
      assert.ok(
        status === 'ok' || (known !== undefined && error === known),
        `${hypervisor}, ${role}, ${isa}: ${error}`,
      );
    }
  }
}

/** Everything again, of each folder that was measured into. */
export async function report({ options }: Place, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const files = ['report.html', 'summary.md', folder === 'boot' ? 'boot.png' : 'overhead.png'].map((name) =>
      join(options.cwd, folder, name),
    );
    for (const file of files) rmSync(file);
    assert.equal((await expectDone(options, 'report', folder)).stderr, '');
    for (const file of files) assert.ok(existsSync(file), `${file} was not written`);
  }
}

/** Guests of QEMU as machines by SSH, over its own network: what they are, their figures, and their CPU for one run at a time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireOrSkip } from '../require.ts';
import { type Boot, dom0, type Guest, linux, startGuest } from '../ssh-guest/guest.ts';
import { hvbench, type Remains, readResult, readSamples, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const WORK = '--profile quick --suite cpu --workload integer --isa x86_64'.split(' ');

/** What would be left there by hvbench: processes, files, locks. */
function remains(guest: Guest): string[] {
  const commands = 'for p in /proc/[0-9]*/cmdline; do head -c 200 $p; echo; done; ls -A /tmp; ls -A /root';
  const all = guest.run(commands).replaceAll('\0', ' ').split('\n');
  return all.filter((line) => /^hvbench|\.hvbench-\d+/.test(line));
}

const [onLinux, onXen] = [await linux(), await dom0()];

describe.skipIf(requireOrSkip('dropbear', onLinux !== null))('a guest that QEMU translates', () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await startGuest(join(folder, 'guest'), onLinux as Boot);
  });
  afterAll(() => guest?.stop());

  /** As of a user of another computer: no lock on this one keeps them apart. */
  const run = (name: string, budget: number) => {
    const locks = join(folder, `locks of ${name}`);
    mkdirSync(locks);
    return start(
      [
        ...['run', ...WORK, '--hypervisor', 'control,guest', '--machine', `guest=${guest.url}`],
        ...['--budget', String(budget), '--out', name],
      ],
      { cwd: folder, env: { ...guest.env, HVBENCH_LOCKS: locks } },
    );
  };
  const rounds = (name: string) =>
    readSamples(join(folder, name)).filter((one) => one.phase === 'round' && one.hypervisor === 'guest');

  test('doctor tells what it is, and how it is now', async () => {
    const args = ['doctor', '--machine', `guest=${guest.url}`];
    const { code, stdout, stderr } = await hvbench(args, { cwd: folder, env: guest.env });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/│ guest +│ yes +│ hosted +│ binary-translation +│/);
    expect(stdout).toMatch(
      /guest: now: load \d+\.\d\d over one minute, .+ of its CPU’s time stolen \(.+ since it booted\), [\d.]+ MiB of memory available, no frequency governor shows/,
    );
    expect(stdout).toMatch(
      /guest: its time of day is \S+ \S+ (behind|ahead of) this computer’s, give or take \S+ \S+; a question and its answer take \S+ .?s$/m,
    );
    expect(remains(guest)).toEqual([]);
  });

  test('is measured by one run at a time, recognised from inside, and left as it was', async () => {
    const first = run('first', 60);
    await until('a round of the first', () => rounds('first').length > 0, 90_000);
    expect(remains(guest).join('\n')).toMatch(/^hvbench-cpu-0\.lock$/m);
    const second = run('second', 7);
    await until('waiting', () =>
      /^note: waiting for another hvbench that measures on CPU 0 of guest, 60 s at most$/m.test(
        second.progress(),
      ),
    );
    first.child.kill('SIGKILL');
    await first.ended;
    await until('a round of the second', () => rounds('second').length > 0, 90_000);
    const [holder, ...others] = second
      .remains()
      .filter(({ commandLine }) => /hold \S+\.lock/.test(commandLine));
    expect(others).toEqual([]);
    expect(holder).toBeDefined();
    process.kill((holder as Remains).pid, 'SIGKILL');
    await until('the lock is lost', () =>
      second
        .progress()
        .includes('the lock of CPU 0 of guest was lost with its connection, and is taken again'),
    );
    await until('the lock is taken again', () => remains(guest).includes('hvbench-cpu-0.lock'));
    const { code, stdout, stderr } = await second.ended;
    expect(code, stderr).toBe(0);
    const { measurements, hypervisors, launches, claims } = readResult(join(folder, 'second'));
    const [native, , there] = measurements;
    expect(there).toMatchObject({ hypervisor: 'guest', status: 'ok', digest: native?.digest });
    expect(there).toMatchObject({ mode: 'hosted', technique: 'binary-translation' });
    expect(there?.overhead).not.toBeNull();
    const info = hypervisors.find(({ id }) => id === 'guest');
    expect(info).toMatchObject({
      computer: { sameAsHost: false, outerHypervisor: { hypervisor: 'QEMU TCG', emulated: true } },
    });
    expect(info?.evidence.join('\n')).toMatch(/TCGTCGTCGTCG/);
    expect(launches.map((launch) => Object.keys(launch.stolenElsewhere ?? {}))).toContainEqual(['guest']);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/Overheads of guest compare two computers/);
    const verdicts = claims.filter(({ hypervisor }) => hypervisor === 'guest').map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(['not-testable']));
    await until('the end of what was there', () => remains(guest).length === 0);
    expect([...first.remains(), ...second.remains()]).toEqual([]);
  });
});

describe.skipIf(requireOrSkip('emulation', onXen !== null))('dom0 of Xen, on a CPU that is emulated', () => {
  test('is recognised from inside, and measured', async () => {
    const guest = await startGuest(join(folder, 'dom0'), onXen as Boot);
    try {
      const args = [
        ...['run', ...WORK, '--hypervisor', 'control,dom0', '--machine', `dom0=${guest.url}`],
        ...['--budget', '4', '--out', 'of dom0'],
      ];
      const { code, stderr } = await hvbench(args, { cwd: folder, env: guest.env });
      expect(code, stderr).toBe(0);
      const { measurements, hypervisors } = readResult(join(folder, 'of dom0'));
      const [native, , there] = measurements;
      expect(there).toMatchObject({ hypervisor: 'dom0', status: 'ok', digest: native?.digest });
      expect(there?.overhead).not.toBeNull();
      expect(hypervisors.find(({ id }) => id === 'dom0')).toMatchObject({
        ...{ mode: 'hosted', technique: 'binary-translation' },
        computer: {
          outerHypervisor: {
            ...{ hypervisor: 'Xen', version: expect.stringMatching(/^\d+\.\d+/) },
            ...{ domain: { role: 'dom0', kind: 'PV' }, beneath: 'QEMU TCG', emulated: true },
          },
        },
      });
      expect(remains(guest)).toEqual([]);
    } finally {
      await guest.stop();
    }
  });
});

/** `hvbench run --suite boot`: machines launched again and again, in the real command. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../core/guest/cache-folder.ts';
import type { Result } from '../../core/results/schema.ts';
import type { BootEntry, BootResult } from '../../suites/boot/schema.ts';
import { BOOT_MILESTONES } from '../../suites/boot/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { kvmIsUsable } from '../kvm.ts';
import { isUml, umlIsUsable } from '../linux.ts';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import {
  detailsOf,
  hvbench,
  readResult,
  readSuiteEntries,
  type Started,
  start,
  temporaryFolder,
  until,
} from './command.ts';

const folder = temporaryFolder();
const temporary = temporaryFolder();
const options = { cwd: folder, env: { TMPDIR: temporary } };
const run = (out: string, hypervisors: string, ...more: string[]) => [
  ...['run', '--suite', 'boot', '--hypervisor', hypervisors, '--seed', '3', '--out', out],
  ...more,
];

function expectNothingLeft(started: Started): void {
  expect(started.remains()).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
}

/** Milestones that were seen come one after the other, in every launch. */
function expectOrdered({ samples }: BootResult): void {
  for (const { milestonesMs } of atLeastOne(samples)) {
    const seen = BOOT_MILESTONES.flatMap((name) => milestonesMs[name] ?? []);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen[0]).toBeGreaterThan(0);
  }
}

const names = (row: BootResult | undefined) =>
  BOOT_MILESTONES.filter((name) => row?.samples[0]?.milestonesMs[name] != null);
const bootsOf = (result: Result) => detailsOf<BootResult>(result, 'boot');
const rowOf = (result: Result, hypervisor: string, role = 'bare', cache = 'warm') =>
  bootsOf(result).find((row) => row.hypervisor === hypervisor && row.role === role && row.cache === cache);

async function measure(out: string, hypervisors: string, ...more: string[]) {
  const started = start(run(out, hypervisors, ...more), options);
  const ended = await started.ended;
  expect(ended.code, ended.stderr).toBe(0);
  expectNothingLeft(started);
  return { result: readResult(join(folder, out)), stdout: ended.stdout };
}

describe.skipIf(requireOrSkip('kvm', kvmIsUsable))('our own VMM beside a native process', () => {
  let result: Result;
  let stdout: string;
  beforeAll(async () => {
    ({ result, stdout } = await measure('kvm', 'native,kvm', '--budget', '6'));
  });

  test('every machine is launched from a warm and from a cold cache', () => {
    expect(
      bootsOf(result)
        .map(({ hypervisor, cache }) => `${hypervisor} ${cache}`)
        .sort(),
    ).toEqual(['kvm cold', 'kvm warm', 'native cold', 'native warm']);
    for (const row of atLeastOne(bootsOf(result))) {
      expect(row).toMatchObject({ status: 'ok', role: 'bare', isa: 'x86_64' });
      expect(row.launches).toBeGreaterThanOrEqual(1);
      expect(row.samples).toHaveLength(row.launches);
      for (const { cpuMs } of atLeastOne(row.samples)) expect(cpuMs).toBeGreaterThan(0);
      // One launch says nothing about how launches differ.
      expect(row.milestonesMs.ready !== null).toBe(row.launches > 1);
      expect(row.peakResidentBytes).toBeGreaterThan(0);
      expect(row.imageBytes).toBeGreaterThan(100_000);
      expectOrdered(row);
    }
  });

  test("the guest's first instruction is seen between the VMM and the answer", () => {
    expect(names(rowOf(result, 'kvm'))).toEqual(['hypervisor', 'guest', 'ready']);
    expect(names(rowOf(result, 'native'))).toEqual(['guest', 'ready']);
  });

  test('a cold launch reads what a warm one finds', () => {
    for (const { samples, cache } of atLeastOne(bootsOf(result))) {
      const known = atLeastOne(samples).flatMap(({ files }) =>
        files?.unknownBytes === 0 ? [files.readBytes] : [],
      );
      expect(known.filter((bytes) => bytes > 0 !== (cache === 'cold'))).toEqual([]);
    }
  });

  test('what really executed is proved, and reports show the boots', () => {
    expect(result.hypervisors.find(({ id }) => id === 'kvm')?.evidence.join('\n')).toMatch(/vCPU/);
    expect(stdout).toContain('kvm, bare');
    expect(stdout).toContain('ready, cold');
    const files = readdirSync(join(folder, 'kvm'));
    expect(files).toEqual(expect.arrayContaining(['boot.csv', 'boot.png', 'report.html']));
    expect(readFileSync(join(folder, 'kvm/report.html'), 'utf8')).toContain('data:image/png;base64,');
  });

  test('a run that is resumed measures nothing twice', async () => {
    const before = readSuiteEntries<BootEntry>(join(folder, 'kvm'), 'boot').filter(
      ({ type }) => type === 'boot-subject',
    ).length;
    const { code, stderr } = await hvbench(['run', '--resume', 'kvm', '--budget', '1'], options);
    expect(code, stderr).toBe(0);
    const entries = readSuiteEntries<BootEntry>(join(folder, 'kvm'), 'boot');
    expect(entries.filter(({ type }) => type === 'boot-subject')).toHaveLength(before);
    const launches = entries.flatMap((entry) =>
      entry.type === 'boot-launch' ? [`${entry.hypervisor} ${entry.cache} ${entry.launch}`] : [],
    );
    expect(new Set(launches).size).toBe(launches.length);
  });
});

const noUml = requireOrSkip('uml', umlIsUsable);

describe.skipIf(noUml)('Linux guests', () => {
  test('User Mode Linux shows its user space, and what a whole base system costs', async () => {
    const { result, stdout } = await measure('uml', 'container,uml', '--budget', '1');
    const minimal = rowOf(result, 'uml', 'minimal');
    expect(names(minimal)).toEqual(['hypervisor', 'guest', 'userSpace', 'ready']);
    expectOrdered(minimal as BootResult);
    expect(rowOf(result, 'container', 'minimal')?.status).toBe('ok');
    const full = rowOf(result, 'uml', 'full');
    const isDebian = existsSync('/usr/bin/dpkg-query');
    const lack = { error: expect.stringContaining('dpkg-query') };
    expect(full).toMatchObject(isDebian ? { status: 'ok' } : lack);
    const more = (full?.imageBytes ?? 0) - (minimal?.imageBytes ?? 0);
    expect({ isLarger: more > 1 << 20, isTold: stdout.includes('uml: full − minimal') }).toEqual({
      isLarger: isDebian,
      isTold: isDebian,
    });
  });

  test.each(['SIGINT', 'SIGKILL'] as const)('%s while one boots leaves nothing', async (signal) => {
    const started = start(run(signal, 'uml'), options);
    const boots = () => started.remains().some(({ commandLine }) => isUml(commandLine));
    await until('a boot', boots, 30_000);
    started.child.kill(signal);
    const { code } = await started.ended;
    await until('the end of its machines', () => started.remains().length === 0);
    expect(code).toBe(signal === 'SIGINT' ? 130 : 137);
    const result = join(folder, signal, 'result.json');
    const reason = existsSync(result) ? readResult(join(folder, signal)).stopped.reason : 'none';
    expect(reason).toBe(signal === 'SIGINT' ? 'interrupted' : 'none');
    expectNothingLeft(started);
    // What was measured can be reported.
    expect((await hvbench(['report', signal], options)).code).toBe(0);
  });
});

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('QEMU', () => {
  let result: Result;
  beforeAll(async () => {
    // A cache with images and without kernels: Linux would take its time.
    const cache = join(folder, 'cache');
    mkdirSync(join(cacheFolder(), 'images'), { recursive: true });
    mkdirSync(join(cache, 'hvbench'), { recursive: true });
    symlinkSync(join(cacheFolder(), 'images'), join(cache, 'hvbench/images'));
    const args = run('qemu', 'qemu-tcg', '--budget', '1', '--isa', 'i386');
    const { code, stderr } = await hvbench(args, {
      ...options,
      env: { ...options.env, XDG_CACHE_HOME: cache },
    });
    expect(code, stderr).toBe(0);
    result = readResult(join(folder, 'qemu'));
  });

  test('is launched as a microvm and as a pc, and says so itself', () => {
    const bare = bootsOf(result).filter(
      ({ role, cache, hypervisor }) => hypervisor === 'qemu-tcg' && role === 'bare' && cache === 'warm',
    );
    expect(bare.map(({ machineType, isa }) => `${machineType} ${isa}`)).toEqual(['microvm i386', 'pc i386']);
    for (const row of atLeastOne(bare)) {
      expect(names(row)).toEqual(['hypervisor', 'guest', 'ready']);
      expectOrdered(row);
    }
    const proof = result.hypervisors.find(({ id }) => id === 'qemu-tcg')?.evidence.join('\n');
    expect(proof).toMatch(/microvm bare: QEMU of itself: .*machine microvm/);
    expect(proof).toMatch(/pc bare: QEMU of itself: .*machine pc/);
  });

  const hasOwn = existsSync('/boot') && readdirSync('/boot').some((name) => name.startsWith('vmlinuz-'));
  test.skipIf(hasOwn)('says what its Linux guests lack', () => {
    for (const role of ['minimal', 'full'])
      expect(rowOf(result, 'qemu-tcg', role)).toMatchObject({
        status: 'unavailable',
        error: 'there is no Linux kernel for i386 guests',
      });
  });
});

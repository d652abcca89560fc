/** `hvbench run`: what it leaves, what it prints, and in which order it measures. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { kvmIsUsable } from '../kvm.ts';
import { requireOrSkip } from '../require.ts';
import {
  type Ended,
  hvbench,
  type Remains,
  readResult,
  readSamples,
  start,
  temporaryFolder,
} from './command.ts';

const folder = temporaryFolder();
const temporary = temporaryFolder();
// The least budget: two launches are always made, and no more than these.
const WORK = '--profile quick --suite cpu --workload integer,sieve --budget 1'.split(' ');
const ORDERED =
  'run --profile quick --workload integer,sieve,tak,lz77,quicksort --hypervisor control --budget 1'.split(
    ' ',
  );
const measure = (out: string, ...more: string[]) =>
  start(['run', ...WORK, '--out', out, ...more], { cwd: folder, env: { TMPDIR: temporary } });

let run: Ended;
let result: Result;
let left: Remains[];
beforeAll(async () => {
  const started = measure('first', '--seed', '7');
  run = await started.ended;
  left = started.remains();
  result = readResult(join(folder, 'first'));
});

describe('a run over all hypervisors', () => {
  const read = (name: string) => readFileSync(join(folder, 'first', name));

  test('ends well and leaves its files', () => {
    expect(run.code, run.stderr).toBe(0);
    expect(readdirSync(join(folder, 'first')).sort()).toEqual([
      'distribution.png',
      'overhead.csv',
      'overhead.png',
      'report.html',
      'result.json',
      'samples.csv',
      'samples.ndjson',
      'summary.md',
    ]);
  });

  test('leaves nothing else: no process, no temporary file', () => {
    expect(left).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('measures every row, with agreeing checksums', () => {
    expect(result.failures).toEqual([]);
    expect(result.measurements.filter(({ status }) => status !== 'ok')).toEqual(
      result.measurements.filter(({ hypervisor }) => !isAvailable(hypervisor)),
    );
    const measured = result.measurements.filter(({ hypervisor }) => isAvailable(hypervisor));
    for (const { hypervisor, launches, rounds, nsPerIteration, overhead } of atLeastOne(measured)) {
      expect(launches).toBe(2);
      expect(rounds).toBe(6);
      expect(nsPerIteration?.estimate).toBeGreaterThan(0);
      expect(overhead === null).toBe(hypervisor === 'native');
      expect(overhead?.low ?? 0).toBeLessThanOrEqual(overhead?.high ?? 0);
    }
  });

  test('runs the same code on every machine of an ISA', () => {
    const digests = atLeastOne(isas()).flatMap((isa) =>
      ['integer', 'sieve'].map((workload) => {
        const rows = result.measurements.filter((row) => row.isa === isa && row.workload === workload);
        expect(rows.length).toBeGreaterThanOrEqual(3);
        const [digest, ...others] = new Set(rows.map((row) => row.digest));
        expect(digest).toMatch(/^[0-9a-f]{64}$/);
        expect(others).toEqual([]);
        return digest;
      }),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('has a control, which is native', () => {
    expect(result.hypervisors.find(({ id }) => id === 'control')).toMatchObject({
      mode: 'native',
      technique: 'bare',
      available: true,
    });
    const rows = result.measurements.filter(({ hypervisor }) => hypervisor === 'control');
    expect(rows).toHaveLength(2 * isas().length);
  });

  test.skipIf(requireOrSkip('kvm', kvmIsUsable))('takes the mode of kvm from the host', () => {
    const kvm = result.hypervisors.find(({ id }) => id === 'kvm');
    const holders = existsSync('/sys/module/kvm/holders') ? readdirSync('/sys/module/kvm/holders') : [];
    const assisted = holders.includes('kvm_amd') || holders.includes('kvm_intel');
    expect(kvm?.available).toBe(true);
    expect(kvm?.mode).toBe(assisted ? 'hardware-assisted' : 'hosted');
    expect(kvm?.evidence.join('\n')).toContain('holds a KVM vCPU');
  });

  test('judges the claims by mode', () => {
    const judged = (id: RegExp) => result.claims.filter((claim) => id.test(claim.statement));
    const able = (mode: string) => result.hypervisors.filter((h) => h.available && h.mode === mode);
    const hosted = judged(/10–30 %/);
    expect([...new Set(hosted.map(({ hypervisor }) => hypervisor))].sort()).toEqual(
      able('hosted')
        .map(({ id }) => id)
        .sort(),
    );
    for (const { scope, verdict } of atLeastOne(hosted)) {
      expect(scope).toMatch(/^cpu \((x86_64|i386)\)$/);
      expect(verdict).not.toBe('not-testable');
    }
    const untestable = judged(/negligible/).every(({ verdict }) => verdict === 'not-testable');
    expect(untestable).toBe(able('hardware-assisted').length === 0);
  });

  test('prints the table and verdicts on standard output, progress on standard error', () => {
    const titles = isas().map((isa) => `cpu (${isa})`);
    for (const text of [...titles, 'integer', 'sieve', 'control', '10–30 %', 'seed 7']) {
      expect(run.stdout).toContain(text);
    }
    expect(run.stdout).toContain('Written to first: result.json');
    expect(run.stdout).not.toMatch(/^launch/m);
    expect(run.stderr).toMatch(/^Measuring 2 workloads .* results in first$/m);
    expect(run.stderr).toMatch(/^launch 2, i386/m);
    expect(run.stderr).not.toContain('┌');
  });

  test('writes reports of what it measured', () => {
    const lines = (name: string) => read(name).toString('utf8').trim().split('\n');
    expect(lines('overhead.csv')).toHaveLength(1 + result.measurements.length);
    const rounds = result.measurements.reduce((sum, row) => sum + row.rounds, 0);
    expect(lines('samples.csv')).toHaveLength(1 + rounds);
    for (const name of ['overhead.png', 'distribution.png']) {
      expect(read(name).subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    }
    expect(lines('report.html')[0]).toMatch(/^<!doctype html>/i);
    expect(lines('summary.md').join('\n')).toContain('integer');
  });
});

describe('another run', () => {
  const order = (name: string) =>
    readSamples(join(folder, name))
      .filter(({ phase }) => phase === 'round')
      .map(({ launch, isa, workload, round, hypervisor }) =>
        [launch, isa, workload, round, hypervisor].join(' '),
      );

  // Native and its control are enough to see an order, and quick.
  const ordered = (out: string, ...more: string[]) =>
    hvbench([...ORDERED, '--out', out, ...more], { cwd: folder });
  let ofSeven: Ended;
  beforeAll(async () => {
    ofSeven = await ordered('ordered', '--seed', '7', '--json');
  });

  test('visits the same order with the same seed', async () => {
    const again = await ordered('again', '--seed', '7');
    expect(again.code, again.stderr).toBe(0);
    expect(order('again')).toEqual(order('ordered'));
    expect(order('again').length).toBe(2 * 2 * 5 * 3 * 2);
  });

  test('prints nothing but JSON if asked to', () => {
    expect(ofSeven.code, ofSeven.stderr).toBe(0);
    expect(JSON.parse(ofSeven.stdout)).toEqual(readResult(join(folder, 'ordered')));
    expect(ofSeven.stderr).toMatch(/^launch 2/m);
  });

  test('visits another order with another seed', async () => {
    const other = await ordered('other', '--seed', '8');
    expect(other.code, other.stderr).toBe(0);
    expect(order('other')).not.toEqual(order('ordered'));
    expect(order('other').sort()).toEqual(order('ordered').sort());
  });

  test('goes on where nobody reads what it prints', async () => {
    const started = start([...ORDERED, '--out', 'unread'], { cwd: folder });
    started.child.stdout?.destroy();
    const { code, stderr } = await started.ended;
    expect(code, stderr).toBe(0);
    expect(readResult(join(folder, 'unread')).stopped.reason).toBe('budget');
  });

  test('takes what the configuration says, and flags before it', async () => {
    const config = "import { defineConfig } from 'hvbench';\nexport default defineConfig({ suites: ['cpu'], ";
    writeFileSync(
      join(folder, 'own.config.ts'),
      `${config} workloads: ['tak'], isas: ['x86_64'], hypervisors: ['control'], profile: 'quick', seed: 3, negligible: 5 });\n`,
    );
    const args = ['run', '--config', 'own.config.ts', '--budget', '1', '--seed', '4', '--out', 'configured'];
    const { code, stderr } = await hvbench(args, { cwd: folder });
    expect(code, stderr).toBe(0);
    const { measurements, seed, profile, plan } = readResult(join(folder, 'configured'));
    expect(measurements.map(({ workload, isa, hypervisor }) => [workload, isa, hypervisor])).toEqual([
      ['tak', 'x86_64', 'native'],
      ['tak', 'x86_64', 'control'],
    ]);
    expect({ seed, profile, negligible: plan.negligible }).toEqual({
      seed: 4,
      profile: 'quick',
      negligible: 0.05,
    });
  });
});

/** An ISA that no guest can run here is not measured. */
function isas(): string[] {
  return isAvailable('kvm') ? ['x86_64', 'i386'] : ['i386'];
}

function isAvailable(id: string): boolean {
  return result.hypervisors.find((hypervisor) => hypervisor.id === id)?.available ?? false;
}

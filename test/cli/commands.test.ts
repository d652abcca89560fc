/** `hvbench doctor`, `list` and `self`. */
import { existsSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { hypervisors } from '../../core/hypervisors/registry.ts';
import type { Examination } from '../../core/library/probe.ts';
import { hostSchema, hypervisorSchema } from '../../core/results/schema.ts';
import { suites } from '../../suites/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import { kvmIsUsable } from '../kvm.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, start, temporaryFolder } from './command.ts';

const folder = temporaryFolder();

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await hvbench(args, { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(readdirSync(folder)).toEqual([]);
  return stdout;
}

describe('doctor', () => {
  let text: string;
  let examination: Examination;
  beforeAll(async () => {
    const both = await Promise.all([output('doctor'), output('doctor', '--json')]);
    text = both[0];
    examination = JSON.parse(both[1]);
  });

  test('says what can run here', () => {
    expect(text).toMatch(/^\d of \d hypervisors can run here; hardware assist: /);
    for (const { id } of atLeastOne(hypervisors)) expect(text).toContain(`│ ${id} `);
    for (const label of [
      'CPU',
      'hardware assist',
      '/dev/kvm',
      'runs under',
      'governor',
      'load',
      'compiler',
    ]) {
      expect(text).toMatch(new RegExp(`^${label} `, 'm'));
    }
  });

  test('says the same as JSON', () => {
    expect(hostSchema.parse(examination.host)).toEqual(examination.host);
    const ids = examination.hypervisors.map((info: unknown) => hypervisorSchema.loose().parse(info).id);
    expect(ids).toEqual(hypervisors.map(({ id }) => id));
  });

  test.skipIf(requireOrSkip('kvm', kvmIsUsable))('names what backs /dev/kvm', () => {
    const { host, hypervisors: infos } = examination;
    const holders = existsSync('/sys/module/kvm/holders') ? readdirSync('/sys/module/kvm/holders') : [];
    expect(holders.length === 0 || holders.includes(host.kvm.backing ?? '')).toBe(true);
    expect(text).toContain(`usable, backed by ${host.kvm.backing ?? 'an unknown module'}`);
    const assisted = host.kvm.backing === 'kvm_amd' || host.kvm.backing === 'kvm_intel';
    const kvm = infos.find(({ id }) => id === 'kvm');
    expect(kvm?.mode).toBe(assisted ? 'hardware-assisted' : 'hosted');
  });
});

describe('list', () => {
  test('names every suite, workload and hypervisor', async () => {
    const text = await output('list');
    const workloads = suites.flatMap((suite) => suite.workloads.map(({ name }) => name));
    for (const name of atLeastOne([...workloads, ...hypervisors.map(({ id }) => id)]))
      expect(text).toContain(`│ ${name} `);
    for (const { name, title } of atLeastOne(suites)) expect(text).toContain(`${name}: ${title}`);
  });

  test('says the same as JSON', async () => {
    const listed = JSON.parse(await output('list', '--json'));
    expect(
      listed.suites.map((suite: { name: string; workloads: { name: string }[] }) => [
        suite.name,
        suite.workloads.map(({ name }) => name),
      ]),
    ).toEqual(suites.map(({ name, workloads }) => [name, workloads.map((workload) => workload.name)]));
    expect(listed.hypervisors.map(({ id }: { id: string }) => id)).toEqual(hypervisors.map(({ id }) => id));
  });
});

test('self measures the tool and leaves no machine', async () => {
  const started = start(['self', '--json'], { cwd: folder });
  const { code, stdout, stderr } = await started.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(started.remains()).toEqual([]);
  const { costs } = JSON.parse(stdout) as { costs: { what: string; samples: number; median: number }[] };
  const expected = ['native (x86_64): empty batch', 'v86 (i386): empty batch', 'one interval'];
  if (kvmIsUsable) expected.push('kvm: one exit', 'kvm: set up a VM', 'kvm (x86_64): empty batch');
  for (const what of expected) {
    const cost = costs.find((each) => each.what.startsWith(what));
    expect(cost, what).toBeDefined();
    expect(cost?.samples).toBeGreaterThanOrEqual(20);
    expect(cost?.median).toBeGreaterThan(0);
  }
});

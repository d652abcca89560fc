import { expect, test } from 'vitest';
import type { Result } from '../../../core/results/schema.ts';
import { digestOf } from '../../../reports/site/summarize.ts';
import { fixtureResult } from '../fixture.ts';
import { measuredOn } from './example.ts';

const plain = fixtureResult({ hostile: false });
const summaryOf = (result: Result) =>
  digestOf(result, { id: '0'.repeat(16), digest: '0'.repeat(64) }).summary;

test('names the suites and hypervisors of which something was measured, workloads or not', () => {
  const booted: Result['rows'][number] = {
    ...{ suite: 'boot', status: 'ok', dimensions: {}, identity: {}, metrics: {} },
    target: { hypervisor: 'qemu-tcg', isa: 'x86_64', machineType: null },
  };
  const of = (rows: Result['rows']) => {
    const { suites, hypervisors } = summaryOf({ ...plain, rows });
    return { suites, hypervisors: hypervisors.map(({ id }) => id) };
  };
  const workloads = { suites: ['cpu', 'memory'], hypervisors: ['control', 'kvm', 'v86'] };
  expect(of([{ ...booted, status: 'failed', error: 'gone' }])).toEqual(workloads);
  expect(of([booted])).toEqual({
    suites: [...workloads.suites, 'boot'],
    hypervisors: [...workloads.hypervisors, 'qemu-tcg'],
  });
});

test('keeps variants of one name apart that are not the same', () => {
  const codeOf = (args: string) => {
    const variant = { of: 'qemu-kvm', program: null, options: { args } };
    const hypervisors = plain.hypervisors.map((one) => (one.id === 'kvm' ? { ...one, variant } : one));
    return summaryOf({ ...plain, hypervisors }).means.find(({ hypervisor }) => hypervisor === 'kvm')?.code;
  };
  expect(codeOf('-m 1')).toBe(codeOf('-m 1'));
  expect(codeOf('-m 1')).not.toBe(codeOf('-m 2'));
});

test('tells machines of one name apart by their computers, wherever they are named', () => {
  const { hypervisors, means, claims } = summaryOf(measuredOn('Another CPU', plain));
  const places = (
    all: readonly { readonly elsewhere?: unknown; readonly id?: string; readonly hypervisor?: string }[],
  ) => [...new Set(all.flatMap(({ elsewhere, id, hypervisor = id }) => (elsewhere ? [hypervisor] : [])))];
  expect(places(hypervisors)).toEqual(['kvm']);
  expect(places(means)).toEqual(['kvm']);
  expect(places(claims.map(({ id: _, ...claim }) => claim))).toEqual(['kvm']);
  const placeIn = (model: string) =>
    summaryOf(measuredOn(model, plain)).means.find(({ hypervisor }) => hypervisor === 'kvm')?.elsewhere;
  expect(placeIn('Another CPU')?.words).toMatch(/^the machine on None Another CPU, .*, runs under VMware$/);
  expect(placeIn('Another CPU')).toEqual(placeIn('Another CPU'));
  expect(placeIn('Another CPU')?.id).not.toBe(placeIn('Third CPU')?.id);
  expect(JSON.stringify(summaryOf(plain))).not.toContain('elsewhere');
});

test('tells under what a result was measured that is no kind of computer', () => {
  const { host } = plain;
  const outerHypervisor = { hypervisor: 'KVM', evidence: ['x', 'container: docker (/.dockerenv)'] };
  const contained = summaryOf({ ...plain, host: { ...host, cpuQuota: 0.5, outerHypervisor } });
  expect(contained.conditions).toEqual(
    expect.arrayContaining(['quota of 0.50 CPUs', 'in a container of docker']),
  );
  expect(contained.host.classId).toBe(summaryOf(plain).host.classId);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Plugin } from '../../core/config/plugin.ts';
import { UnmakeableError } from '../../core/errors.ts';
import { hypervisors } from '../../core/hypervisors/registry.ts';
import { machineBySsh } from '../../core/hypervisors/ssh/driver.ts';
import { partsOf } from '../../core/parts.ts';
import { resumedConfig } from '../../core/run/resume.ts';
import { reports } from '../../reports/index.ts';
import { suites } from '../../suites/index.ts';
import { wholeJournal } from '../hostile/example.ts';
import { toy } from '../plugins/toy/index.ts';
import { fixtureResult } from '../reports/fixture.ts';

const [numbers] = toy.suites ?? [];
const [nice] = toy.hypervisors ?? [];
const [lines] = toy.reports ?? [];
if (!numbers || !nice || !lines) throw new Error('the toy lacks a part');

describe('the parts', () => {
  it("are hvbench's own, then those of plugins", () => {
    const parts = partsOf({ plugins: [toy] });
    expect(parts.suites.map(({ name }) => name)).toEqual([
      ...suites.map(({ name }) => name),
      'numbers',
      'spawn',
    ]);
    expect(parts.hypervisors.map(({ id }) => id)).toEqual([...hypervisors.map(({ id }) => id), 'nice']);
    expect(parts.reports.map(({ name }) => name)).toEqual([...reports.map(({ name }) => name), 'lines']);
    expect(parts.plugins).toEqual([{ name: 'toy', version: '1.0.0' }]);
  });

  it('of a plugin are on another computer if they say so', () => {
    const plugin = { name: 'far', hypervisors: [machineBySsh('far', 'ssh://far'), nice] };
    const far = partsOf({ plugins: [plugin] }).hypervisors.flatMap(({ id, elsewhere }) =>
      elsewhere ? [id] : [],
    );
    expect(far).toEqual(['far']);
  });

  const other = (parts: Omit<Plugin, 'name'>): Plugin[] => [toy, { name: 'other', ...parts }];
  const suite = { ...numbers, name: 'more', slot: 101, workloads: [] };
  const [collatz] = numbers.workloads;
  it.each<[string, Plugin[], string]>([
    ['itself', [toy, toy], 'plugin toy: plugin toy has a plugin toy already: choose another'],
    [
      "a hypervisor of hvbench's",
      other({ hypervisors: [{ ...nice, id: 'native' }] }),
      'plugin other: hvbench has a hypervisor native already: choose another',
    ],
    [
      "another plugin's",
      other({ hypervisors: [nice] }),
      'plugin other: plugin toy has a hypervisor nice already: choose another',
    ],
    [
      'a suite',
      other({ suites: [{ ...suite, name: 'cpu' }] }),
      'plugin other: hvbench has a suite cpu already: choose another',
    ],
    [
      'what objects are called',
      other({ suites: [{ ...suite, name: 'runtime' }] }),
      'plugin other: hvbench has a suite runtime already: choose another',
    ],
    [
      'a workload',
      other({ suites: [{ ...suite, workloads: [{ ...collatz, name: 'tak' } as never] }] }),
      'plugin other: hvbench has a workload tak already: choose another',
    ],
    [
      'a slot',
      other({ suites: [{ ...suite, slot: 100, workloads: [{ ...collatz, name: 'c2' } as never] }] }),
      'plugin other: plugin toy has a slot 100 already: choose another',
    ],
    [
      'a report',
      other({ reports: [{ ...lines, name: 'csv' }] }),
      'plugin other: hvbench has a report csv already: choose another',
    ],
  ])('are not taken twice: %s', (_, plugins, message) => {
    expect(() => partsOf({ plugins })).toThrow(message);
  });
});

describe('a report of a plugin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hvbench-parts-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (write: () => Promise<string[]>) => {
    const { reports: all } = partsOf({ plugins: [{ name: 'bad', reports: [{ name: 'bad', write }] }] });
    return all.at(-1)?.write(fixtureResult(), folder, []);
  };

  it('that fails is one that cannot be made', async () => {
    const failed = written(async () => {
      throw new TypeError('undefined is not a function');
    });
    await expect(failed).rejects.toThrow(
      new UnmakeableError('plugin bad: report bad: undefined is not a function'),
    );
    await expect(failed).rejects.toBeInstanceOf(UnmakeableError);
  });

  it('that cannot write its file is told like any other', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
    await expect(
      written(async () => {
        throw full;
      }),
    ).rejects.toBe(full);
  });
});

describe('a run that is resumed', () => {
  const journal = (plugins: unknown) =>
    wholeJournal().map((entry) =>
      entry.type === 'header' ? { ...entry, config: { seed: 1, ...(plugins ? { plugins } : {}) } } : entry,
    );
  const had = journal([{ name: 'toy', version: '1.0.0' }]);

  it('takes the plugins that it had, of the same version', () => {
    expect(
      resumedConfig({ plugins: [toy], budget: 9 }, partsOf({ plugins: [toy] }).plugins, had, 'a'),
    ).toEqual({ seed: 1, budget: 9 });
  });

  it.each<[string, Plugin[], string]>([
    [
      'none',
      [],
      'a was measured with plugin toy 1.0.0: resume it with the configuration that has them, by --config',
    ],
    [
      'another version',
      [{ ...toy, version: '2.0.0' }],
      'a was measured with plugin toy 1.0.0, not plugin toy 2.0.0: resume it with the configuration that has them, by --config',
    ],
  ])('refuses %s', (_, plugins, message) => {
    expect(() => resumedConfig({}, partsOf({ plugins }).plugins, had, 'a')).toThrow(message);
  });

  it('refuses one more than there were', () => {
    expect(() => resumedConfig({}, partsOf({ plugins: [toy] }).plugins, journal(null), 'a')).toThrow(
      'a was measured without plugins, not plugin toy 1.0.0: resume it with a configuration that has none, by --config',
    );
  });
});

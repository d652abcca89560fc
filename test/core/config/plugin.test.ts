import { describe, expect, it } from 'vitest';
import { checkConfig, checkKept, keptConfig } from '../../../core/config/config.ts';
import { MOST_PLUGINS } from '../../../core/config/plugin.ts';
import { toy } from '../../plugins/toy/index.ts';

const [numbers, spawn] = toy.suites ?? [];
const [nice] = toy.hypervisors ?? [];
const [lines] = toy.reports ?? [];
const [collatz] = numbers?.workloads ?? [];

const refusal = (plugin: unknown) => {
  try {
    checkConfig({ plugins: [plugin] }, 'x');
    return 'it was taken';
  } catch (error) {
    return (error as Error).message;
  }
};
const withMethod = (changed: object) => ({
  name: 'toy',
  suites: [{ ...spawn, method: { ...spawn?.method, ...changed } }],
});
const withSuite = (changed: object) => ({ name: 'toy', suites: [{ ...numbers, ...changed }] });

describe('a plugin in a configuration', () => {
  it('is taken as it is, functions and all', () => {
    expect(checkConfig({ plugins: [toy] }, 'x').plugins?.[0]).toBe(toy);
  });

  it('may have a driver of a class', () => {
    class Driver {
      readonly id = 'classy';
      readonly runtimes = { bare: 'linux', linux: null };
      async probe() {}
      async launch() {}
      async verify() {}
    }
    expect(refusal({ name: 'toy', hypervisors: [new Driver()] })).toBe('it was taken');
  });

  it.each<[string, unknown, string]>([
    ['nothing', null, 'plugin without a name: Invalid input: expected object, received null'],
    [
      'no name',
      { suites: [] },
      'plugin without a name: name Invalid input: expected string, received undefined',
    ],
    ['nothing but a name', { name: 'toy' }, 'plugin toy: it brings no suite, no hypervisor and no report'],
    ['something unknown', { ...toy, drivers: [] }, 'plugin toy: Unrecognized key: "drivers"'],
    [
      'a name in two lines',
      { ...toy, name: 'a\nb' },
      'plugin a\nb: name must be a word, such as the name of a package',
    ],
    [
      'no probe',
      { name: 'toy', hypervisors: [{ ...nice, probe: undefined }] },
      'plugin toy: hypervisor nice: probe is no function',
    ],
    [
      'another computer that tells nothing',
      { name: 'toy', hypervisors: [{ ...nice, elsewhere: true }] },
      'plugin toy: hypervisor nice: elsewhere Invalid input: expected object, received boolean',
    ],
    [
      'an image that there is not',
      { name: 'toy', hypervisors: [{ ...nice, runtimes: { bare: 'wasm', linux: null } }] },
      'plugin toy: hypervisor nice: runtimes.bare Invalid option: expected one of "linux"|"bare"|"initramfs"',
    ],
    [
      'an id with a comma',
      { name: 'toy', hypervisors: [{ ...nice, id: 'a,b' }] },
      'plugin toy: hypervisor a,b: id must be lower-case letters, digits and - (32 at most)',
    ],
    [
      'a report that writes nothing',
      { name: 'toy', reports: [{ ...lines, write: 1 }] },
      'plugin toy: report lines: write is no function',
    ],
    ['a slot of hvbench', withSuite({ slot: 0 }), 'plugin toy: suite numbers: slot must be from 100 to 115'],
    [
      'no slot',
      withSuite({ slot: undefined }),
      'plugin toy: suite numbers: slot is missing: where its workloads are linked',
    ],
    [
      'a folder of whoever runs it',
      withSuite({ folder: 'here' }),
      'plugin toy: suite numbers: folder must be a whole path',
    ],
    [
      'no folder',
      withSuite({ folder: undefined }),
      'plugin toy: suite numbers: folder is missing: where its C files are',
    ],
    [
      'no workload',
      withSuite({ workloads: [] }),
      'plugin toy: suite numbers: workloads must be some, or it needs a method of its own',
    ],
    [
      'workloads and a method',
      withSuite({ method: spawn?.method }),
      'plugin toy: suite numbers: workloads must be none, since it has a method of its own',
    ],
    [
      'a weight of nothing',
      withMethod({ weight: 0 }),
      'plugin toy: suite spawn: method.weight Too small: expected number to be >0',
    ],
    [
      'a method that measures nothing',
      withMethod({ measure: 1 }),
      'plugin toy: suite spawn: method.measure is no function',
    ],
    [
      'an entry without a schema',
      withMethod({ entries: { spawned: { most: 1 } } }),
      'plugin toy: suite spawn: method.entries.spawned.schema Invalid input: expected object, received undefined',
    ],
    [
      'the list of an old suite',
      withMethod({ formerList: 'boots' }),
      'plugin toy: suite spawn: method.formerList is of suites that hvbench had before',
    ],
    [
      'an operation',
      withSuite({ operations: [{}] }),
      "plugin toy: suite numbers: operations are of hvbench's own kernel: a plugin has none",
    ],
    [
      'a source elsewhere',
      withSuite({ workloads: [{ ...collatz, source: '../collatz.c' }] }),
      'plugin toy: suite numbers: workloads.0.source must be the name of a C file',
    ],
    [
      'an entry of another suite',
      withSuite({ workloads: [{ ...collatz, entry: 'cpu/collatz' }] }),
      'plugin toy: suite numbers: workloads.0.entry must be numbers/ and a name, 31 characters at most',
    ],
  ])('is refused with %s', (_, plugin, message) => {
    expect(refusal(plugin)).toBe(`config x at plugins.0: ${message}`.split('\n', 1)[0]);
  });

  it('is one of not too many', () => {
    const many = Array.from({ length: MOST_PLUGINS + 1 }, () => toy);
    expect(() => checkConfig({ plugins: many }, 'x')).toThrow(/^config x at plugins: /);
  });
});

describe('what a result keeps', () => {
  it('is the names and versions of plugins', () => {
    const kept = keptConfig({ seed: 1, plugins: [toy] }, [{ name: 'toy', version: '1.0.0' }]);
    expect(kept).toEqual({ seed: 1, plugins: [{ name: 'toy', version: '1.0.0' }] });
    expect(checkKept(JSON.parse(JSON.stringify(kept)), 'x')).toEqual(kept);
    expect(keptConfig({ seed: 1 }, [])).toEqual({ seed: 1 });
  });

  it('is no configuration to run', () => {
    expect(() => checkConfig({ plugins: [{ name: 'toy', version: '1.0.0' }] }, 'x')).toThrow(
      /brings no suite/,
    );
  });
});

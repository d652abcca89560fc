import { expect, test } from 'vitest';
import { type Equipment, type Finding, findTroubles } from '../../../core/host/findings.ts';
import type { HostRecord } from '../../../core/results/schema.ts';
import { EQUIPPED, QUIET } from './example.ts';

type Change = {
  host?: Partial<HostRecord>;
  cpu?: Partial<HostRecord['cpu']>;
  equipment?: Partial<Equipment>;
};

function troubles({ host, cpu, equipment }: Change): Finding[] {
  return findTroubles({ ...QUIET, ...host, cpu: { ...QUIET.cpu, ...cpu } }, { ...EQUIPPED, ...equipment });
}

const NONE: Equipment['unbuilt'] = [
  { isa: 'x86_64', reason: 'no C compiler' },
  { isa: 'i386', reason: 'no C compiler' },
];

test('a quiet, equipped computer has no findings', () => {
  expect(troubles({})).toEqual([]);
});

test('a load of 0.6 on 64 CPUs is quiet', () => {
  expect(troubles({ host: { load: 0.6 }, cpu: { cpus: 64 }, equipment: { allowedCpus: 64 } })).toEqual([]);
});

test.each<[string, Change, Finding['level'], RegExp]>([
  ['load', { host: { load: 0.51 } }, 'noise', /load average 0\.51/i],
  [
    'load of many CPUs',
    { host: { load: 6.5 }, cpu: { cpus: 64 }, equipment: { allowedCpus: 64 } },
    'noise',
    /6\.50 on 64 CPUs/,
  ],
  ['steal', { host: { stealFraction: 0.034 } }, 'noise', /3\.4 %/],
  ['core', { cpu: { core: 'efficiency' } }, 'note', /an efficiency core, the only kind that it may use/],
  ['quota', { host: { cpuQuota: 0.5 } }, 'noise', /CPU quota \(cgroup\) gives this process 0\.50 CPUs/],
  ['governor', { cpu: { governor: 'powersave' } }, 'noise', /powersave/],
  ['mixed governors', { cpu: { governor: 'powersave, performance' } }, 'noise', /powersave/],
  ['SMT', { cpu: { smt: true } }, 'noise', /SMT is on/],
  ['one CPU', { cpu: { cpus: 1 }, equipment: { allowedCpus: 1 } }, 'noise', /only one CPU/i],
  ['restricted CPUs', { equipment: { allowedCpus: 2 } }, 'note', /2 of 4 CPUs/],
  ['guest', { host: { outerHypervisor: { hypervisor: 'KVM', evidence: [] } } }, 'note', /under KVM/],
  ['no compiler', { host: { compiler: null }, equipment: { unbuilt: NONE } }, 'problem', /no C compiler/i],
  [
    'a compiler that does not work',
    { host: { compiler: null }, equipment: { chosenCompiler: 'my cc', unbuilt: NONE } },
    'problem',
    /^CC is set to "my cc", which does not work/,
  ],
  [
    'no i386',
    { equipment: { unbuilt: [{ isa: 'i386', reason: 'no -m32' }] } },
    'problem',
    /^i386 cannot .*: no -m32\.$/,
  ],
  [
    'what images lack',
    { equipment: { buildNotes: ['loops lie anywhere'] } },
    'note',
    /^Loops lie anywhere\.$/,
  ],
  ['no setpriv', { equipment: { helpers: { taskset: '/t', setpriv: null } } }, 'problem', /^setpriv of/],
  [
    'quiet',
    { cpu: { quiet: ['isolated', 'tickless'] } },
    'note',
    /is isolated \(isolcpus\) and tickless \(nohz_full\)/,
  ],
  ['caches unknown', { equipment: { cachesKnown: false } }, 'note', /cache sizes/],
  ['no huge pages', { host: { transparentHugePages: 'never' } }, 'note', /huge pages are off/i],
])('%s', (_, change, level, text) => {
  const found = troubles(change);
  expect(found).toHaveLength(1);
  expect(found[0]?.level).toBe(level);
  expect(found[0]?.text).toMatch(text);
});

test('values at the limit, and unknown ones, are not noise', () => {
  expect(troubles({ host: { load: 0.5, stealFraction: 0.01 } })).toEqual([]);
  expect(troubles({ host: { stealFraction: null }, cpu: { governor: null, smt: null } })).toEqual([]);
});

test('problems go before noise, noise before notes', () => {
  const found = troubles({ host: { load: 3, compiler: null, transparentHugePages: 'never' } });
  expect(found.map(({ level }) => level)).toEqual(['problem', 'noise', 'note']);
});

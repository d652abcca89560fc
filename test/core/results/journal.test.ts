import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../../core/results/folder.ts';
import type { JournalEntry } from '../../../core/results/journal.ts';
import { suites } from '../../../suites/index.ts';
import { end, failure, header, launch, noOperation, operation, operationSample, sample } from './example.ts';

const ENTRIES: readonly JournalEntry[] = [
  header({ operations: [operation(), operation({ hypervisor: 'kvm', unavailable: 'no /dev/kvm' })] }),
  {
    ...{ type: 'evidence', hypervisor: 'kvm', isa: 'x86_64', platform: 'linux' },
    evidence: ['CPUID from inside: AuthenticAMD'],
  },
  sample(),
  sample({ phase: 'cold', round: 1 }),
  failure(),
  failure({ suite: null, workload: null }),
  launch(0),
  operationSample(),
  noOperation(),
  noOperation({ status: 'failed' }),
  end(),
];

const lines = (entries: readonly unknown[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`);
const text = lines(ENTRIES).join('');

const folder = mkdtempSync(join(tmpdir(), 'hvbench-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(journal: string): JournalEntry[] {
  writeFileSync(join(folder, 'samples.ndjson'), journal);
  return readJournal(folder, suites);
}

describe('readJournal', () => {
  it('reads back what was written, line by line', () => {
    expect(read(text)).toEqual(ENTRIES);
    expect(read('')).toEqual([]);
  });

  it('takes a header from before there were operations', () => {
    const { operations, ...old } = header();
    expect(read(lines([old]).join(''))).toEqual([header({ operations: [] })]);
  });

  it('takes hvbench/journal@1, in which evidence and outer hypervisors had other names', () => {
    const outerHypervisor = { hypervisor: 'KVM', evidence: ['lscpu: hypervisor vendor KVM'] };
    const { schema, host, hypervisors, ...rest } = header();
    const now = header({
      schema: 'hvbench/journal@1',
      host: { ...host, outerHypervisor },
      hypervisors: hypervisors.map((one) => ({ ...one, evidence: ['seen'] })),
    });
    const { outerHypervisor: _, ...bare } = host;
    const then = {
      ...{ ...rest, schema: 'hvbench/journal@1', host: { ...bare, under: outerHypervisor } },
      hypervisors: hypervisors.map(({ evidence, ...one }) => ({ ...one, inside: ['seen'] })),
    };
    const seen = { hypervisor: 'kvm', isa: 'x86_64', platform: 'bare', evidence: ['CPUID'] };
    expect(read(lines([then, { type: 'inside', ...seen }]).join(''))).toEqual([
      now,
      { type: 'evidence', ...seen },
    ]);
  });

  it('leaves out a last line that was cut off, wherever that was', () => {
    const last = lines(ENTRIES).at(-1) as string;
    for (let cut = 1; cut <= last.length; cut++) {
      expect(read(text.slice(0, -cut)), `${cut} bytes short`).toEqual(ENTRIES.slice(0, -1));
    }
  });

  it.each([
    [
      'a line cut in two',
      (all: string[]) => (all[2] = '{"type":"sample","launch":0\n'),
      'line 3 is not JSON',
    ],
    ['a line of another program', (all: string[]) => (all[3] = 'hello\n'), 'line 4 is not JSON'],
    [
      'an entry of an unknown type',
      (all: string[]) => (all[1] = '{"type":"note"}\n'),
      'line 2 is not a journal entry',
    ],
    [
      'an entry that lacks something',
      (all: string[]) => (all[7] = '{"type":"end"}\n'),
      'line 8 is not a journal entry',
    ],
    [
      'a number that is none',
      (all: string[]) => (all[2] = all[2]?.replace('5000000', 'null') ?? ''),
      'line 3 is not',
    ],
    [
      'something that is not an object',
      (all: string[]) => (all[6] = '[1]\n'),
      'line 7 is not a journal entry',
    ],
    [
      'a journal of another version',
      (all: string[]) => (all[0] = all[0]?.replace('journal@2', 'journal@9') ?? ''),
      'line 1 is not',
    ],
  ])('names the line of %s', (_, damage, message) => {
    const all = lines(ENTRIES);
    damage(all);
    expect(() => read(all.join(''))).toThrow(message);
  });

  const described = header().hypervisors;
  it.each([
    [
      'a row on a hypervisor that is not described',
      header({ hypervisors: described.slice(0, 2) }),
      'line 1 is not a journal entry: rows.2: the hypervisor kvm is not described',
    ],
    [
      'an operation on one',
      header({ operations: [operation({ hypervisor: 'xen' })] }),
      'operations.0: the hypervisor xen is not described',
    ],
    [
      'a row that is there twice',
      header({ rows: [...header().rows, ...header().rows] }),
      'rows.3: it is there twice',
    ],
    ['a hypervisor that is', header({ hypervisors: [...described, ...described] }), 'one is described twice'],
    [
      'more hypervisors than there are',
      header({
        hypervisors: Array.from({ length: 8192 }, (_, id) => ({ ...described[0], id: `${id}` })) as never,
      }),
      'hypervisors: Too big',
    ],
    [
      'resamples without end',
      header({ plan: { ...header().plan, resamples: 1e12 } }),
      'plan.resamples: Too big',
    ],
    ['time without end', end({ elapsedSeconds: 1e308 }), 'elapsedSeconds: Too big'],
    ['time that went backwards', end({ elapsedSeconds: -1e308 }), 'elapsedSeconds: Too small'],
  ])('refuses %s in a line', (_, entry, message) => {
    expect(() => read(lines([entry]).join(''))).toThrow(message);
  });

  it('refuses a configuration nested without end', () => {
    const deep = lines([header({ config: { seed: 'HERE' } })])
      .join('')
      .replace('"HERE"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(() => read(deep)).toThrow('config: nested more than 16 deep');
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../../core/errors.ts';
import { rowName } from '../../../../core/judge/compare/match.ts';
import {
  BASELINE_SCHEMA,
  baselineOf,
  classOf,
  readBaseline,
  withClass,
  writeBaseline,
} from '../../../../core/judge/gate/baseline.ts';
import { launchesOf } from '../../../../core/judge/gate/baseline-row.ts';
import { hostClassOf } from '../../../../core/results/host-class.ts';
import type { Result } from '../../../../core/results/schema.ts';
import { changed, slower, smallResult, withRatio } from '../compare/example.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-baseline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);

const NOW = new Date('2026-02-03T04:05:06.789Z');
const result = smallResult();
const KVM = { hypervisor: 'kvm' };
const elsewhere: Result = {
  ...result,
  host: { ...result.host, cpu: { ...result.host.cpu, model: 'Elsewhere 1' } },
};
const integer = (entry: ReturnType<typeof baselineOf>) =>
  entry.rows.find(({ workload, hypervisor }) => workload === 'integer' && hypervisor === 'kvm');

describe('of results', () => {
  test('holds ratios of every guest row by launch, and no row of native or the control', () => {
    const entry = baselineOf([result], NOW);
    expect(entry.rows.map(rowName)).toEqual(['cpu/integer, kvm (x86_64)', 'cpu/sha256, kvm (x86_64)']);
    const [ratios] = integer(entry)?.logRatios ?? [];
    expect(ratios).toHaveLength(3);
    expect(ratios?.[1]).toBeCloseTo(Math.log(1.1), 6);
    expect(ratios?.[2]).toBeCloseTo(Math.log(1.1) + 0.0005, 6);
    expect(entry).toMatchObject({
      createdAt: '2026-02-03T04:05:06.789Z',
      hostClass: hostClassOf(result.host),
      runs: [{ startedAt: result.startedAt, kernel: result.host.kernel, launches: result.launches.length }],
    });
  });

  test('a slower computer has the same baseline', () => {
    expect(baselineOf([slower(result, 1.7)], NOW).rows).toEqual(baselineOf([result], NOW).rows);
  });

  test('several runs are kept apart, and their launches are pooled', () => {
    const entry = baselineOf([result, withRatio(result, KVM, 1.2)], NOW);
    const row = integer(entry);
    expect(entry.runs).toHaveLength(2);
    expect(row?.logRatios.map((run) => run.length)).toEqual([3, 3]);
    expect(row?.logRatios[1]?.[1]).toBeCloseTo(Math.log(1.2), 6);
    const launches = launchesOf(row as NonNullable<typeof row>);
    expect(launches.map(({ launch }) => launch)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(launches[4]?.values[0]).toBeCloseTo(Math.log(1.2), 6);
  });

  test('a row that was measured in one launch only is left out, two runs of one launch are enough', () => {
    const once = changed(result, { ...KVM, workload: 'integer' }, (m) => ({
      ...m,
      samples: m.samples.slice(0, 1),
    }));
    const names = baselineOf([once], NOW).rows.map(rowName);
    expect(names).toEqual(['cpu/sha256, kvm (x86_64)']);
    expect(integer(baselineOf([once, once], NOW))?.logRatios.map((run) => run.length)).toEqual([1, 1]);
  });

  test('failed and unavailable rows are left out', () => {
    const failed = changed(result, { ...KVM, workload: 'integer' }, (m) => ({
      ...m,
      status: 'failed',
      overhead: null,
    }));
    expect(integer(baselineOf([failed], NOW))).toBeUndefined();
    // Of two runs, the one that succeeded counts.
    expect(integer(baselineOf([result, failed], NOW))?.logRatios).toHaveLength(1);
  });

  test.each([
    ['digest', { digest: 'cd'.repeat(32) }],
    ['argument', { argument: 4096 }],
    ['technique', { technique: 'binary-translation' as const }],
  ])('a later run with another %s replaces the row', (_, change) => {
    const later = changed(withRatio(result, KVM, 1.3), { ...KVM, workload: 'integer' }, (m) => ({
      ...m,
      ...change,
    }));
    const entry = baselineOf([result, later], NOW);
    expect(integer(entry)).toMatchObject(change);
    expect(integer(entry)?.logRatios).toHaveLength(1);
    expect(integer(entry)?.logRatios[0]?.[1]).toBeCloseTo(Math.log(1.3), 6);
    const other = entry.rows.find(
      ({ workload, hypervisor }) => workload === 'sha256' && hypervisor === 'kvm',
    );
    expect(other?.logRatios).toHaveLength(2);
  });

  test('host classes do not mix, and nothing is no baseline', () => {
    expect(() => baselineOf([result, elsewhere], NOW)).toThrow(UserError);
    expect(() => baselineOf([result, elsewhere], NOW)).toThrow('cannot mix host classes');
    expect(() => baselineOf([], NOW)).toThrow(UserError);
  });
});

describe('host classes', () => {
  const here = baselineOf([result], NOW);
  const there = baselineOf([elsewhere], NOW);

  test('are kept apart, and one is replaced without touching the others', () => {
    const both = withClass(withClass(null, here), there);
    expect(both.classes).toHaveLength(2);
    const again = withClass(both, baselineOf([withRatio(result, KVM, 1.5)], NOW));
    expect(again.classes).toHaveLength(2);
    expect(classOf(again, there.hostClass)).toEqual(there);
    expect(integer(classOf(again, here.hostClass) as typeof here)?.logRatios[0]?.[1]).toBeCloseTo(
      Math.log(1.5),
      6,
    );
  });

  test('one that is not there is not found', () => {
    expect(classOf(withClass(null, here), there.hostClass)).toBeUndefined();
  });

  test('a new kernel stays in its class; another CPU, backing or nesting does not', () => {
    const of = (host: Result['host']) => hostClassOf(host).id;
    const { host } = result;
    expect(of({ ...host, kernel: '99.0' })).toBe(of(host));
    expect(of({ ...host, cpu: { ...host.cpu, model: 'x' } })).not.toBe(of(host));
    expect(of({ ...host, kvm: { ...host.kvm, backing: 'kvm_other' } })).not.toBe(of(host));
    expect(
      of({ ...host, outerHypervisor: host.outerHypervisor ? null : ({ hypervisor: 'x' } as never) }),
    ).not.toBe(of(host));
  });
});

describe('the file', () => {
  const baseline = withClass(
    withClass(null, baselineOf([result, result], NOW)),
    baselineOf([elsewhere], NOW),
  );

  test('round trip', () => {
    writeBaseline(file('round.json'), baseline);
    expect(readBaseline(file('round.json'))).toEqual(baseline);
    expect(readdirSync(folder)).not.toContain('round.json.new');
  });

  test('a text that looks like a list of figures stays as it is', () => {
    const texts = withClass(baseline, { ...baselineOf([result], NOW), tool: 'built by [ 1,  2 ]' });
    writeBaseline(file('texts.json'), texts);
    expect(readBaseline(file('texts.json'))).toEqual(texts);
  });

  test('a launch list is one line, and one changed row changes few lines', () => {
    writeBaseline(file('a.json'), baseline);
    const text = readFileSync(file('a.json'), 'utf8');
    expect(text.endsWith('}\n')).toBe(true);
    expect(text).toMatch(/^ +\[0\.09481, 0\.09531, 0\.09581\],?$/m);
    expect(Buffer.byteLength(text)).toBeLessThan(1000 * 8);
    const rows = baseline.classes[0]?.rows ?? [];
    const change = rows.map((row, index) => (index === 1 ? { ...row, logRatios: [[0.25, 0.26]] } : row));
    const [first, ...rest] = baseline.classes;
    if (!first) throw new Error('no class');
    writeBaseline(file('b.json'), { ...baseline, classes: [{ ...first, rows: change }, ...rest] });
    const before = new Set(text.split('\n'));
    const added = readFileSync(file('b.json'), 'utf8')
      .split('\n')
      .filter((line) => !before.has(line));
    expect(added.map((line) => line.trim())).toEqual(['[0.25, 0.26]']);
  });

  test('holds no times', () => {
    writeBaseline(file('slow.json'), withClass(null, baselineOf([slower(result, 3)], NOW)));
    writeBaseline(file('fast.json'), withClass(null, baselineOf([result], NOW)));
    expect(readFileSync(file('slow.json'), 'utf8')).toBe(readFileSync(file('fast.json'), 'utf8'));
  });

  test('none is null', () => {
    expect(readBaseline(file('none.json'))).toBeNull();
  });

  const whole = JSON.stringify(baseline);
  const wrong = (edit: (copy: Record<string, never>) => void) => {
    const copy = JSON.parse(whole);
    edit(copy);
    return JSON.stringify(copy);
  };
  test.each<[string, string, RegExp]>([
    ['truncated', whole.slice(0, 400), /it is not whole JSON/],
    ['empty', '', /it is not whole JSON/],
    ['not JSON, of several lines', 'a\nb\nc', /it is not whole JSON/],
    [
      'a result',
      '{"schema":"hvbench/result@1"}',
      /it is of schema hvbench\/result@1, not hvbench\/baseline@2/,
    ],
    [
      'a later version',
      whole.replace(BASELINE_SCHEMA, 'hvbench/baseline@3'),
      /baseline@3, not hvbench\/baseline@2/,
    ],
    [
      'an earlier version, whose ratios were of wall time',
      whole.replace(BASELINE_SCHEMA, 'hvbench/baseline@1'),
      /baseline@1, not hvbench\/baseline@2; remove it, then write a new one with --update/,
    ],
    ['no schema', '{"classes":[]}', /it has no schema/],
    ['null', 'null', /it has no schema/],
    ['a list', '[1, 2]', /it has no schema/],
    ['a schema of another type', '{"schema":7}', /it has no schema/],
    ['classes of another type', wrong((copy) => Object.assign(copy, { classes: 7 })), /damaged at classes:/],
    [
      'a ratio of another type',
      whole.replace(/"logRatios":\[\[[^\]]*\]/, '"logRatios":[["a"]'),
      /damaged at classes\.0\.rows\.0\.logRatios\.0\.0:/,
    ],
    [
      'a ratio that is null',
      whole.replace(/"logRatios":\[\[[^,]*/, '"logRatios":[[null'),
      /damaged at classes\.0\.rows/,
    ],
    ['a field too many', wrong((copy) => Object.assign(copy, { more: 1 })), /damaged at its top: .*more/],
    [
      'an odd class id',
      whole.replace(/"id":"[0-9a-f]{12}"/, '"id":"../../x"'),
      /damaged at classes\.0\.hostClass\.id:/,
    ],
  ])('damaged: %s', (_, text, message) => {
    const path = file('damaged.json');
    writeFileSync(path, text);
    const error = thrown(() => readBaseline(path));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(path);
    expect(error.message).not.toContain('\n');
  });

  test('a folder is no baseline', () => {
    mkdirSync(file('folder'));
    const error = thrown(() => readBaseline(file('folder')));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      `cannot read the baseline ${file('folder')}: it is not a file; restore it, or write a new one with --update`,
    );
    expect(thrown(() => writeBaseline(file('folder'), baseline))).toBeInstanceOf(UserError);
    expect(thrown(() => writeBaseline(file('no/such/place'), baseline)).message).toMatch(
      /cannot write .*ENOENT/,
    );
  });
});

function thrown(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

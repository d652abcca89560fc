import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { parseResult } from '../../../core/results/read-result.ts';
import type { Result } from '../../../core/results/schema.ts';
import { sha256 } from '../../../reports/site/names.ts';
import { suites } from '../../../suites/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { fixtureResult } from '../fixture.ts';
import { build, digestsOf, filesOf, measuredOn, pagesOf } from './example.ts';
import { problemsOf } from './well-formed.ts';

const scratch = mkdtempSync(join(tmpdir(), 'hvbench-site-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let site: string;
let number = 0;
beforeEach(() => {
  site = join(scratch, String(number++));
});

const hostile = fixtureResult({ operations: true });
const plain = fixtureResult({ hostile: false });
const later: Result = { ...plain, startedAt: '2026-06-01T00:00:00Z' };

test('hostile names stay text on every page', () => {
  build(site, [hostile, plain]);
  const pages = pagesOf(site);
  expect(pages.length).toBeGreaterThan(10);
  for (const [name, page] of atLeastOne(pages)) expect(problemsOf(page), name).toEqual([]);
  for (const name of atLeastOne(filesOf(site).keys()))
    expect(name).toMatch(
      /^((index|compare)\.html|(data|means)\.csv|(data|manifest)\.json|site\.(js|css)|style\.css|compare\.js|[a-z]+\/[0-9a-f]+\.(html|json|js))$/,
    );
});

test('every link leads to a file that is there', () => {
  build(site, [hostile, plain]);
  const files = filesOf(site);
  for (const [name, page] of atLeastOne(pagesOf(site)))
    for (const [, link = ''] of atLeastOne(page.matchAll(/ (?:href|src)="([^"#]+)[^"]*"/g))) {
      const folder = name.includes('/') ? `${name.split('/')[0]}/` : '';
      const target = link.startsWith('../') ? link.slice(3) : `${folder}${link}`;
      expect(link === 'data:,' || files.has(target), `${link} of ${name}`).toBe(true);
    }
});

test('the same results make the same site, in any order, at once or one by one', () => {
  build(site, [plain, later, hostile]);
  const other = `${site}-other`;
  build(other, [hostile]);
  build(other, [later, hostile]);
  expect(build(other, [hostile, later, plain])).toEqual({ made: 1, results: 3, removed: 0 });
  expect(digestsOf(other)).toEqual(digestsOf(site));
});

test('pages of what is there are not made again, and those of what is gone are removed', () => {
  expect(build(site, [plain, later])).toEqual({ made: 2, results: 2, removed: 0 });
  const before = digestsOf(site);
  const page = Object.keys(before).find((name) => /^result\/.*html$/.test(name)) ?? '';
  utimesSync(join(site, page), 1, 1);
  expect(build(site, [plain, later])).toEqual({ made: 0, results: 2, removed: 0 });
  expect(statSync(join(site, page)).mtimeMs).toBe(1000);
  expect(digestsOf(site)).toEqual(before);
  expect(build(site, [later])).toEqual({ made: 0, results: 1, removed: 1 });
  expect([...filesOf(site).keys()].filter((name) => name.startsWith('result/'))).toHaveLength(2);
});

test('what somebody damaged in the site is made again', () => {
  build(site, [plain, later]);
  const before = digestsOf(site);
  const digest = Object.keys(before).find((name) => name.startsWith('digest/')) ?? '';
  writeFileSync(join(site, digest), 'hvbench({"summary":{}});\n');
  expect(build(site, [plain, later])).toMatchObject({ made: 1 });
  expect(digestsOf(site)).toEqual(before);
  writeFileSync(join(site, 'manifest.json'), '[');
  expect(build(site, [plain, later])).toMatchObject({ made: 2 });
  expect(digestsOf(site)).toEqual(before);
});

test('the copy of a result is a result, is cited by its digest, and names no folder of who measured', () => {
  const config = { ...plain.config, out: '/srv/secret/run', kernels: ['/srv/secret/bzImage'], seed: 1 };
  const failures = [{ ...plain.failures[0], error: 'cannot read /home/alice/x.bin: ENOENT' }];
  const [failure = failures[0]] = plain.failures.length > 0 ? failures : [];
  const told = { launch: 0, isa: 'x86_64' as const, hypervisor: 'kvm', workload: null, ...failure };
  build(site, [{ ...plain, config, failures: [told as Result['failures'][number]] }]);
  const files = filesOf(site);
  for (const [name, text] of atLeastOne(files)) expect(text, name).not.toMatch(/secret|alice/);
  const [name = '', text = ''] = [...files].find(([one]) => /^result\/.*json$/.test(one)) ?? [];
  expect(parseResult(JSON.parse(text), suites).failures[0]?.error).toBe('cannot read /home/…/x.bin: ENOENT');
  expect(files.get(name.replace('.json', '.html'))).toContain(`${name}, SHA-256 ${sha256(text)}.`);
});

test('data is there for programs: all figures, and no formulas', () => {
  build(site, [hostile, plain]);
  const files = filesOf(site);
  const rows = (files.get('data.csv') ?? '').trimEnd().split('\n');
  const measured = [hostile, plain].flatMap(({ measurements }) =>
    measurements.filter(({ status }) => status === 'ok'),
  );
  expect(rows).toHaveLength(1 + measured.length);
  expect(new Set(rows.slice(1).map((row) => row.split(',')[0]?.length))).toEqual(new Set([16]));
  for (const text of [files.get('data.csv'), files.get('means.csv')]) expect(text).not.toMatch(/(^|,)"?=/m);
  const data = JSON.parse(files.get('data.json') ?? '') as { results: { means: unknown[] }[] };
  expect(data.results.map(({ means }) => means.length)).toEqual([hostile, plain].map((r) => r.suites.length));
});

test('machines of one name on two computers share no line and no figure', () => {
  const results = [plain, measuredOn('Second CPU', later), measuredOn('Third CPU', later)];
  build(site, results);
  const files = filesOf(site);
  const rowsOf = (name: string, id: string) => {
    const table = files.get(name)?.split(`<table id="${id}">`)[1]?.split('</table>')[0] ?? '';
    return table.split('<tr').filter((row) => row.includes('>kvm<'));
  };
  const page = [...files.keys()].find((name) => name.startsWith('computer/')) ?? '';
  const rows = rowsOf(page, 'class-table');
  expect(
    rows.map((row) => /<\/a>( \(\d\))<span class="also">(.*?)(,.*)?<\/span><\/th>/.exec(row)?.slice(1, 3)),
  ).toEqual(
    expect.arrayContaining([
      [' (1)', expect.stringMatching(/^the machine on None (Second|Third) CPU$/)],
      [' (2)', expect.stringMatching(/^the machine on None (Second|Third) CPU$/)],
      [' (3)', 'the machine and native on this computer'],
    ]),
  );
  expect(rows).toHaveLength(3);
  for (const row of atLeastOne(rows)) expect(row).not.toMatch(/ of \d</);
  const labels = [...(files.get(page) ?? '').matchAll(/class="label"[^>]*>([^<]+)</g)].map(
    ([, label]) => label,
  );
  expect(labels).toEqual(expect.arrayContaining(['kvm (1)', 'kvm (2)', 'kvm (3)']));
  expect(labels).not.toContain('kvm');
  const hypervisor = [...files].find(([, text]) => text.includes('<h1>Hypervisor: kvm'))?.[0] ?? '';
  const lines = files
    .get(hypervisor)
    ?.split('<table id="by-class">')[1]
    ?.split('<tbody>')[1]
    ?.split('</table>')[0];
  expect(lines?.match(/<tr/g)).toHaveLength(3);
  const means = (files.get('means.csv') ?? '').trimEnd().split('\n');
  expect(means[0]).toMatch(/,elsewhere$/);
  expect(means.filter((line) => /,kvm,/.test(line) && /Second CPU/.test(line)).length).toBeGreaterThan(0);
  // As it is read again from what the site keeps.
  const before = digestsOf(site);
  expect(build(site, results)).toMatchObject({ made: 0 });
  expect(digestsOf(site)).toEqual(before);
});

test('claims of others and those of whoever measured are told apart', () => {
  const [claim] = plain.claims;
  const own = { ...claim, id: 'own', statement: 'Ours is free.' } as Result['claims'][number];
  const borrowed = { ...claim, statement: 'KVM costs nothing.' } as Result['claims'][number];
  build(site, [{ ...plain, claims: [own, borrowed, claim as Result['claims'][number]] }]);
  const index = filesOf(site).get('index.html') ?? '';
  const [published = '', , ...others] = index.split('not among the published claims');
  expect(others).toHaveLength(1);
  expect(published).toContain(claim?.statement);
  expect(published).not.toContain('KVM costs nothing');
});

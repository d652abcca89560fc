/** `hvbench claims`: the table, and what a stored result says of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLAIMS } from '../../core/judge/claims/claims.ts';
import { ROOT, start, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const STORED = join(ROOT, 'test/fixtures/report');
const claims = async (...args: string[]) => await start(['claims', ...args], { cwd: folder }).ended;

test('lists every claim with its source', async () => {
  const { code, stdout } = await claims();
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(CLAIMS.map(({ id }) => id).filter((id) => !lines.includes(id))).toEqual([]);
  expect(stdout).toContain('quoted from');
  const { stdout: json } = await claims('--json');
  expect(JSON.parse(json)).toHaveLength(CLAIMS.length);
});

test('judges a result that was stored before there was a table, and claims of a configuration', async () => {
  const { code, stdout } = await claims(STORED);
  expect(code).toBe(0);
  expect(stdout).toContain('kvm (nested) on memory (x86_64)');
  expect(stdout).toContain('What others claim');
  const own = [{ id: 'free', statement: 'KVM is free.', hypervisors: ['kvm'], band: { high: 2 } }];
  writeFileSync(join(folder, 'own.json'), JSON.stringify({ claims: own }));
  const { stdout: json } = await claims(STORED, '--json', '--config', 'own.json');
  const judged = JSON.parse(json) as { id: string; scope: string }[];
  expect(judged.filter(({ id }) => id === 'own-free').map(({ scope }) => scope)).toEqual([
    'cpu (x86_64)',
    'memory (x86_64)',
  ]);
});

test('a folder without a result, and a claim that is none, are refused in a line', async () => {
  const none = await claims('nothing-here');
  expect([none.code, none.stderr.trim().split('\n').length]).toEqual([2, 1]);
  writeFileSync(join(folder, 'bad.json'), JSON.stringify({ claims: [{ id: 'x' }] }));
  const bad = await claims('--config', 'bad.json');
  expect(bad.code).toBe(2);
  expect(bad.stderr).toMatch(/at claims\.0\./);
});

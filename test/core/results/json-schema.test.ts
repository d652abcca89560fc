import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { packageRoot } from '../../../core/package.ts';
import { assemble } from '../../../core/results/assemble.ts';
import { execSchema } from '../../../core/results/exec-schema.ts';
import { resultJsonSchema } from '../../../core/results/json-schema.ts';
import { suites } from '../../../suites/index.ts';
import { wholeJournal } from '../../hostile/example.ts';
import { endless } from './endless.ts';
import { end, header, launch, sample } from './example.ts';

const PATH = join(packageRoot(), 'docs/result.schema.json');

// UPDATE_SCHEMA=1 npx vitest run test/core/results/json-schema.test.ts
if (process.env.UPDATE_SCHEMA) {
  writeFileSync(PATH, JSON.stringify(resultJsonSchema(suites), null, 2));
  execFileSync('npx', ['biome', 'format', '--write', PATH], { cwd: packageRoot() });
}

it('docs/result.schema.json is what results are checked by (UPDATE_SCHEMA=1 writes it anew)', () => {
  expect(JSON.parse(readFileSync(PATH, 'utf8'))).toEqual(resultJsonSchema(suites));
});

it('the published schema takes a result, and nothing that is not one', () => {
  const published = z.fromJSONSchema(JSON.parse(readFileSync(PATH, 'utf8')));
  const accepts = (value: unknown) => published.safeParse(JSON.parse(JSON.stringify(value))).success;
  const result = assemble([header(), sample(), sample({ hypervisor: 'kvm' }), launch(0), end()], suites);
  expect(accepts(result)).toBe(true);
  expect(accepts({ ...result, schema: 'hvbench/result@1' })).toBe(false);
  expect(accepts({ ...result, surprise: 1 })).toBe(false);
  expect(accepts({ ...result, seed: '1' })).toBe(false);
  expect(accepts({ ...result, startedAt: 'yesterday' })).toBe(false);
  const [first, ...rest] = result.measurements;
  expect(accepts({ ...result, measurements: [{ ...first, isa: 'arm64' }, ...rest] })).toBe(false);
  expect(accepts({ ...result, measurements: [{ ...first, digest: undefined }, ...rest] })).toBe(false);
});

it('the published schema knows what suites with a method of their own keep', () => {
  const published = z.fromJSONSchema(JSON.parse(readFileSync(PATH, 'utf8')));
  const accepts = (value: unknown) => published.safeParse(JSON.parse(JSON.stringify(value))).success;
  const result = assemble(wholeJournal(), suites);
  expect(Object.keys(result.details).sort()).toEqual(['boot', 'consolidation', 'density']);
  expect(accepts(result)).toBe(true);
  const [boot] = result.details.boot ?? [];
  expect(accepts({ ...result, details: { boot: [{ ...boot, role: 1 }] } })).toBe(false);
  expect(accepts({ ...result, details: { teapot: [{ cups: 8 }] } })).toBe(true);
});

it('every list of a result is bounded', () => {
  expect(endless(resultJsonSchema(suites))).toEqual([]);
  expect(endless(z.toJSONSchema(execSchema, { io: 'input' }))).toEqual([]);
});

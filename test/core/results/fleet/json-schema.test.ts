import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { packageRoot } from '../../../../core/package.ts';
import { fleetJsonSchema } from '../../../../core/results/fleet/json-schema.ts';
import { fleetOf, hostResult } from '../../judge/fleet/example.ts';
import { endless } from '../endless.ts';

const PATH = join(packageRoot(), 'docs/fleet.schema.json');

// UPDATE_SCHEMA=1 npx vitest run test/core/results/fleet/json-schema.test.ts
if (process.env.UPDATE_SCHEMA) {
  writeFileSync(PATH, JSON.stringify(fleetJsonSchema(), null, 2));
  execFileSync('npx', ['biome', 'format', '--write', PATH], { cwd: packageRoot() });
}

it('docs/fleet.schema.json is what fleets are checked by (UPDATE_SCHEMA=1 writes it anew)', () => {
  expect(JSON.parse(readFileSync(PATH, 'utf8'))).toEqual(fleetJsonSchema());
});

it('the published schema takes a fleet, and nothing that is not one', () => {
  const published = z.fromJSONSchema(JSON.parse(readFileSync(PATH, 'utf8')));
  const accepts = (value: unknown) => published.safeParse(JSON.parse(JSON.stringify(value))).success;
  const fleet = fleetOf([hostResult(), hostResult({ seed: 2, control: 1.1 })]);
  expect(accepts(fleet)).toBe(true);
  expect(accepts({ ...fleet, schema: 'hvbench/fleet@2' })).toBe(false);
  expect(accepts({ ...fleet, surprise: 1 })).toBe(false);
  const [first, ...others] = fleet.classes[0]?.figures ?? [];
  const withFigure = (more: object) => ({
    ...fleet,
    classes: [{ ...fleet.classes[0], figures: [{ ...first, ...more }, ...others] }],
  });
  expect(accepts(withFigure({}))).toBe(true);
  expect(accepts(withFigure({ ratio: '1' }))).toBe(false);
  expect(accepts(withFigure({ readings: [[0, 1]] }))).toBe(false);
});

it('every list of a fleet is bounded', () => {
  expect(endless(fleetJsonSchema())).toEqual([]);
});

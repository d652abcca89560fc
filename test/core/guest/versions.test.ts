import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../core/guest/versions.ts';
import { atLeastOne } from '../../at-least-one.ts';

/** From the oldest to the newest, as deb-version(7) says. */
const ORDERED = [
  '',
  '5.10.0-9-amd64',
  '5.10.0-10-amd64',
  '6.1~rc1-1',
  '6.1~rc1-1+b1',
  '6.1-1~bpo11+1',
  '6.1-1',
  '6.1-1+deb12u1',
  '6.1-9',
  '6.1-10',
  '6.1a-1',
  '6.1+dfsg-1',
  '6.1-a-1',
  '6.1.9-1',
  '6.1.10-1',
  // Numbers that are not exact as such, and not finite.
  '6.2+git12345678901234567890-1',
  '6.2+git12345678901234567891-1',
  `6.2+git9${'0'.repeat(400)}-1`,
  `6.2+git9${'0'.repeat(399)}1-1`,
  '6.12.48+deb13-cloud-amd64',
  '1:1.0-1',
];

test('orders versions by what they mean', () => {
  for (const [i, a] of ORDERED.entries()) {
    for (const [j, b] of ORDERED.entries()) {
      expect(Math.sign(compareVersions(a, b)), `${a} and ${b}`).toBe(Math.sign(i - j));
    }
  }
  expect(compareVersions('6.01-1', '6.1-1')).toBe(0);
  expect(compareVersions('0:6.1-0', '6.1')).toBe(0);
});

describe.skipIf(spawnSync('dpkg', ['--version']).status !== 0)('dpkg', () => {
  test('orders them the same way', () => {
    for (const [i, b] of atLeastOne(ORDERED.slice(1).entries())) {
      const a = ORDERED[i] as string;
      expect(spawnSync('dpkg', ['--compare-versions', a, 'lt', b]).status, `${a} and ${b}`).toBe(0);
    }
  });
});

import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { leastOfQemu, leastOfUml, withLeast } from '../../../core/hypervisors/least-privilege.ts';

function statusOf(argv: readonly string[]) {
  const [command = '', ...rest] = [...argv, 'cat', '/proc/self/status'];
  const { stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(stdout)?.[1]?.split('\t');
}

it('a program gains no privileges, whoever starts it', () => {
  const status = statusOf(withLeast({}));
  expect(status('NoNewPrivs')).toEqual(['1']);
  expect(status('CapEff')).toEqual(['0000000000000000']);
});

it.skipIf(process.getuid?.() !== 0)('of root it keeps what it reads files by, as nobody or as itself', () => {
  for (const [least, user, mask] of [
    [leastOfQemu(false), '0', '0000000000000004'],
    [leastOfQemu(true), '65534', '0000000000000004'],
    [leastOfUml(false), '65534', '0000000000000002'],
    [leastOfUml(true), '0', '0000000000000000'],
  ] as const) {
    const status = statusOf(withLeast(least));
    expect(status('Uid')).toEqual([user, user, user, user]);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status(set)).toEqual([mask]);
  }
});

import { expect, it } from 'vitest';
import { statusCode, statusText } from '../../../../core/cli/fleet/status.ts';
import type { HostStatus } from '../../../../core/fleet/status.ts';

const host = (name: string, more: Partial<HostStatus> = {}): HostStatus => ({
  ...{ name, job: '1', state: 'done', exitCode: 0, host: name, reason: null, result: 'result.json' },
  ...more,
});
const failed = host('n5', { state: 'failed', exitCode: 127, reason: 'exit code 127: hvbench: not found' });
const pending = host('n7', { state: 'pending', exitCode: null, reason: 'Slurm: Resources' });

it('says how many are how far, and of whom there is more to say', () => {
  const running = host('n2', { state: 'running', exitCode: null });
  const suspended = host('task-3', { state: 'running', exitCode: null, host: 'n4', reason: 'suspended' });
  expect(statusText([host('n1'), pending, running, suspended, failed])).toBe(
    [
      '5 hosts: 1 done, 1 failed, 1 pending, 2 running',
      '  n5           failed   exit code 127: hvbench: not found',
      '  n7           pending  Slurm: Resources',
      '  task-3 (n4)  running  suspended',
      '',
    ].join('\n'),
  );
  const many = Array.from({ length: 100 }, (_, index) => host(`h${index}`, { state: 'lost', reason: 'why' }));
  expect(statusText(many)).toMatch(
    /^100 hosts: 100 lost\n( {2}h\d+ +lost +why\n){40} {2}and 60 more: --json/,
  );
  expect(statusText([host('n1', { reason: '\u001b[31m' })])).toContain('\\u{1b}[31m');
});

it('has an exit code for scripts that wait', () => {
  expect(statusCode([host('n1'), host('n2')])).toBe(0);
  expect(statusCode([host('n1'), failed])).toBe(1);
  expect(statusCode([host('n1', { exitCode: 1 })])).toBe(1);
  expect(statusCode([host('n1', { state: 'lost', exitCode: null })])).toBe(1);
  expect(statusCode([failed, pending])).toBe(2);
  expect(statusCode([host('n1', { state: 'unknown', exitCode: null })])).toBe(2);
});

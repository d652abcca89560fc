import { expect, it } from 'vitest';
import { causeIn, jobStateOf, parseJobLines } from '../../../core/fleet/slurm-states.ts';

it.each([
  ['PENDING', 'Resources', { state: 'pending', reason: 'Slurm: Resources' }],
  ['REQUEUED', 'None', { state: 'pending' }],
  ['RUNNING', 'None', { state: 'running' }],
  ['COMPLETING', 'None', { state: 'running' }],
  ['NODE_FAIL', 'None', { state: 'failed', reason: 'Slurm says NODE_FAIL: its node failed' }],
  ['CANCELLED by 1000', '', { state: 'failed', reason: 'Slurm says CANCELLED: cancelled' }],
  ['CANCELLED+', '', { state: 'failed', reason: 'Slurm says CANCELLED: cancelled' }],
  [
    'FAILED',
    'NonZeroExitCode',
    {
      state: 'failed',
      reason: expect.stringMatching(/^Slurm says FAILED: it has left no exit code: do all/),
    },
  ],
  [
    'TIMEOUT',
    'TimeLimit',
    { state: 'failed', reason: 'Slurm says TIMEOUT: its time limit (--time) was over' },
  ],
  ['COMPLETED', 'None', { state: 'lost', reason: expect.stringMatching(/do all nodes see the folder\?$/) }],
  ['TELEPORTED', '', { state: 'unknown', reason: 'Slurm says TELEPORTED' }],
])('%s (%s)', (word, reason, state) => {
  expect(jobStateOf(word, reason)).toEqual(state);
});

it('reads what squeue and sacct print, and nothing else', () => {
  const text =
    '12_3|PENDING|ReqNodeNotAvail, UnavailableNodes:n7\n13|RUNNING|None\nslurm_load: error\n|x|\n14|\n';
  expect([...parseJobLines(text)]).toEqual([
    ['12_3', { state: 'pending', reason: 'Slurm: ReqNodeNotAvail, UnavailableNodes:n7' }],
    ['13', { state: 'running' }],
  ]);
});

it('reads what sacct of Slurm 22.05 printed', () => {
  const text = '1|COMPLETED\n2|CANCELLED by 0\n3|NODE_FAIL\n4|FAILED\n5|TIMEOUT\n';
  const states = [...parseJobLines(text)].map(([job, { state }]) => [job, state]);
  expect(states).toEqual([['1', 'lost'], ...['2', '3', '4', '5'].map((job) => [job, 'failed'])]);
});

/** As slurmstepd of Slurm 22.05 wrote them; that of the node's failure, as its program has it. */
it.each([
  [
    'slurmstepd-n2: error: *** JOB 5 ON n2 CANCELLED AT 2026-11-28T14:39:17 DUE TO TIME LIMIT ***\n',
    'Slurm ended it: its time limit (--time) was over',
  ],
  [
    'slurmstepd-n3: error: *** JOB 2 ON n3 CANCELLED AT 2026-11-28T14:37:56 ***\n',
    'Slurm ended it: cancelled',
  ],
  [
    'slurmstepd: error: *** JOB 5 ON n1 CANCELLED AT 2026-11-28T14:41:02 DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***\n',
    'Slurm ended it: its node failed',
  ],
  ['', null],
  ['slurmstepd: error: JobId=3 exceeded nothing\n', null],
])('says why Slurm ended a job that left: %s', (text, cause) => {
  expect(causeIn(text)).toBe(cause);
});

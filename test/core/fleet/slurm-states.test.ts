import { expect, it } from 'vitest';
import { jobStateOf, parseJobLines } from '../../../core/fleet/slurm-states.ts';

it.each([
  ['PENDING', 'Resources', { state: 'pending', reason: 'Slurm: Resources' }],
  ['REQUEUED', 'None', { state: 'pending' }],
  ['RUNNING', 'None', { state: 'running' }],
  ['COMPLETING', 'None', { state: 'running' }],
  ['NODE_FAIL', 'None', { state: 'failed', reason: 'Slurm says NODE_FAIL: its node failed' }],
  ['CANCELLED by 1000', '', { state: 'failed', reason: 'Slurm says CANCELLED: cancelled' }],
  ['CANCELLED+', '', { state: 'failed', reason: 'Slurm says CANCELLED: cancelled' }],
  ['FAILED', 'NonZeroExitCode', { state: 'failed', reason: 'Slurm says FAILED' }],
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

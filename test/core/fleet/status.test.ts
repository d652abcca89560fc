/** What a fleet's folder tells by itself: nobody is asked, since Kubernetes is not. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { entriesOf } from '../../../core/fleet/entries.ts';
import { fleetStatus, openEntries } from '../../../core/fleet/status.ts';
import type { SubmittedFleet } from '../../../core/fleet/submission.ts';
import { fakeRoot } from '../host/fake-root.ts';

const { signal } = new AbortController();

async function fleetOf(files: Record<string, string>, names: readonly string[]): Promise<SubmittedFleet> {
  const folder = await fakeRoot(files);
  return {
    folder,
    submission: {
      format: 'hvbench/fleet-submission@1',
      id: '0123abcd',
      backEnd: 'kubernetes',
      options: { nodes: names.length, image: 'i', claim: 'c', cpus: 1, memoryMib: 1 },
      command: 'hvbench run',
      toolVersion: '0.1.0',
      submittedAt: '2026-11-28T10:00:00.000Z',
      entries: names.map((name, index) => ({ name, job: String(index) })),
    },
  };
}

it('takes what hosts have left for what became of them', async () => {
  const fleet = await fleetOf(
    {
      'hosts/a/exit-code': '0\n',
      'hosts/a/host': 'worker1\n',
      'hosts/a/result.json': '{}',
      'hosts/b/exit-code': '1\n',
      'hosts/b/result.json': '{}',
      'hosts/b/log': 'progress\numl is not measured: \u001b[31mno User Mode Linux\n\n',
      'hosts/c/exit-code': '127\n',
      'hosts/c/log': 'sh: 1: hvbench: not found\n',
      'hosts/d/exit-code': '0\n',
      'hosts/e/host': 'worker5\n',
      'hosts/f/exit-code': 'all is well\n',
    },
    ['a', 'b', 'c', 'd', 'e', 'f'],
  );
  const statuses = await fleetStatus(fleet, signal);
  const [a, b, c, d, e, f] = statuses;
  expect(a).toMatchObject({ state: 'done', exitCode: 0, host: 'worker1', reason: null });
  expect(b).toMatchObject({ state: 'done', exitCode: 1 });
  expect(b?.reason).toBe('a finding (exit code 1): uml is not measured: [31mno User Mode Linux');
  expect(c).toMatchObject({ state: 'failed', reason: 'exit code 127: sh: 1: hvbench: not found' });
  expect(d).toMatchObject({ state: 'failed', reason: 'exit code 0, and there is no result.json' });
  expect(e).toMatchObject({ state: 'unknown', exitCode: null, host: 'worker5' });
  expect(f).toMatchObject({ state: 'unknown', exitCode: null, result: null });
  expect(openEntries(fleet).map(({ name }) => name)).toEqual(['e', 'f']);
  expect(entriesOf(statuses)[0]).toEqual({
    ...{ name: 'a', state: 'done', host: 'worker1' },
    file: join(fleet.folder, 'hosts/a/result.json'),
  });
  expect(entriesOf(statuses)[4]).toMatchObject({
    state: 'lost',
    reason: expect.stringMatching(/^hvbench does not ask Kubernetes: kubectl get pods -l /),
  });
});

it('tells why Slurm ended a part, which only its folder still knows', async () => {
  const fleet = await fleetOf(
    {
      'hosts/a/exit-code': '130\n',
      'hosts/a/log': 'interrupted\n',
      'slurm/0':
        'slurmstepd-n2: error: *** JOB 5 ON n2 CANCELLED AT 2026-11-28T14:39:17 DUE TO TIME LIMIT ***\n',
      'hosts/b/exit-code': '130\n',
      'slurm/1': '',
      'hosts/c/exit-code': '0\n',
      'hosts/c/result.json': '{}',
      'slurm/2': 'slurmstepd-n3: error: *** JOB 2 ON n3 CANCELLED AT 2026-11-28T14:37:56 ***\n',
    },
    ['a', 'b', 'c'],
  );
  const { submission } = fleet;
  const slurm = { ...submission, backEnd: 'slurm', options: { nodes: 3 } } as SubmittedFleet['submission'];
  const states = await fleetStatus({ ...fleet, submission: slurm }, signal);
  expect(states.map(({ state, reason }) => [state, reason])).toEqual([
    ['failed', 'Slurm ended it: its time limit (--time) was over; exit code 130: interrupted'],
    ['failed', 'exit code 130'],
    ['done', null],
  ]);
});

it('reads no file that a link leads to', async () => {
  const fleet = await fleetOf({ 'hosts/a/log': '', secret: '0\n' }, ['a']);
  symlinkSync(join(fleet.folder, 'secret'), join(fleet.folder, 'hosts/a/exit-code'));
  expect(await fleetStatus(fleet, signal)).toMatchObject([{ state: 'unknown', exitCode: null }]);
});

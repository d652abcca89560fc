import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectNone, readFleet, SUBMISSION, writeSubmission } from '../../../core/fleet/submission.ts';
import { fakeRoot } from '../host/fake-root.ts';

const submission = {
  format: 'hvbench/fleet-submission@1' as const,
  id: '0123abcd',
  backEnd: 'slurm' as const,
  options: { nodelist: 'n[1-2]' },
  command: 'hvbench run --suite cpu',
  toolVersion: '0.1.0',
  submittedAt: '2026-11-28T10:00:00.000Z',
  entries: [
    { name: 'n1', job: '12' },
    { name: 'n2', job: null, error: 'no such node' },
  ],
};

it('is read as it was written, and not written over', async () => {
  const folder = await fakeRoot({});
  expectNone(folder);
  writeSubmission(folder, submission);
  expect(readFleet(folder)).toEqual({ folder, submission });
  expect(() => expectNone(folder)).toThrow(/already holds a fleet: choose another --out$/);
});

it.each([
  ['nothing', null, /^there is no fleet in .*: name the folder that hvbench fleet submit --out made$/],
  ['no JSON', '{', /is no submission of a fleet: it: /],
  [
    'another format',
    JSON.stringify({ ...submission, format: 'x@2' }),
    /is no submission of a fleet: format: /,
  ],
  [
    'a host that leads elsewhere',
    JSON.stringify({ ...submission, entries: [{ name: '../../etc', job: '1' }] }),
    /is no submission of a fleet: entries\.0\.name: /,
  ],
  [
    'options of another back end',
    JSON.stringify({ ...submission, backEnd: 'ssh' }),
    /is no submission of a fleet: options/,
  ],
])('is refused in one line for %s', async (_, text, message) => {
  const folder = await fakeRoot({});
  if (text !== null) writeFileSync(join(folder, SUBMISSION), text);
  expect(() => readFleet(folder)).toThrow(message);
  expect(() => readFleet(folder)).toThrow(/^[^\n]*$/);
});

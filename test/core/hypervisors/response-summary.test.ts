import { expect, it } from 'vitest';
import type { Reply } from '../../../core/guest/protocol.ts';
import { ResponseSummarizer } from '../../../core/hypervisors/response-summary.ts';
import { MOST_ERRORS } from '../../../core/hypervisors/vm-group.ts';

const reply = (status: Reply['status'], checksum = 'good') => ({ status, checksum }) as Reply;

it('counts what machines answered, and times the right answers alone', () => {
  const responses = new ResponseSummarizer({ expect: 'good' });
  for (const ms of [1, 2, 9]) responses.replied(0, reply('ok'), ms);
  responses.replied(3, reply('ok', 'bad'), 100);
  responses.replied(4, reply('unknown-workload'), 100);
  responses.died(5, new Error('gone'));
  responses.died(6);
  expect(responses.summary(50)).toEqual({
    ...{ ms: 50, right: 3, wrong: 2, dead: 2, medianMs: 2, slowestMs: 9 },
    errors: ['machine 4: checksum bad, not good', 'machine 5: unknown-workload', 'machine 6: gone'],
  });
});

it('keeps the first errors, and no more of each than a line', () => {
  const responses = new ResponseSummarizer({ expect: '' });
  for (let index = 0; index < 10; index++) responses.died(index, new Error('x'.repeat(9999)));
  const { dead, errors, medianMs } = responses.summary(1);
  expect({ dead, errors: errors.length, medianMs }).toEqual({ dead: 10, errors: MOST_ERRORS, medianMs: 0 });
  expect(errors[0]).toHaveLength(500);
});

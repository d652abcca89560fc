import { expect, it } from 'vitest';
import type { Reply } from '../../../core/guest/protocol.ts';
import { MOST_ERRORS } from '../../../core/hypervisors/population.ts';
import { Tally } from '../../../core/hypervisors/tally.ts';

const reply = (status: Reply['status'], checksum = 'good') => ({ status, checksum }) as Reply;

it('counts what machines answered, and times the right answers alone', () => {
  const tally = new Tally({ expect: 'good' });
  for (const ms of [1, 2, 9]) tally.replied(0, reply('ok'), ms);
  tally.replied(3, reply('ok', 'bad'), 100);
  tally.replied(4, reply('unknown-workload'), 100);
  tally.died(5, new Error('gone'));
  tally.died(6);
  expect(tally.total(50)).toEqual({
    ...{ ms: 50, right: 3, wrong: 2, dead: 2, medianMs: 2, slowestMs: 9 },
    errors: ['machine 4: checksum bad, not good', 'machine 5: unknown-workload', 'machine 6: gone'],
  });
});

it('keeps the first errors, and no more of each than a line', () => {
  const tally = new Tally({ expect: '' });
  for (let index = 0; index < 10; index++) tally.died(index, new Error('x'.repeat(9999)));
  const { dead, errors, medianMs } = tally.total(1);
  expect({ dead, errors: errors.length, medianMs }).toEqual({ dead: 10, errors: MOST_ERRORS, medianMs: 0 });
  expect(errors[0]).toHaveLength(500);
});

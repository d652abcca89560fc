import { expect, test } from 'vitest';
import { SpentTime } from '../../../core/measure/spent-time.ts';

test('adds up what each machine did', () => {
  const spent = new SpentTime();
  spent.add('native', 'round', 1);
  spent.add('kvm', 'start', 0.5);
  spent.add('native', 'round', 2);
  expect(spent.toRecord()).toEqual({ native: { round: 3 }, kvm: { start: 0.5 } });
});

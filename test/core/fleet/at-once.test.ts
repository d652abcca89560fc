import { expect, it } from 'vitest';
import { atOnce } from '../../../core/fleet/at-once.ts';

it('does so many at once, and gives results in the order of the items', async () => {
  let now = 0;
  let most = 0;
  const made = await atOnce([30, 1, 20, 5, 2], 2, async (ms) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, ms));
    now--;
    return ms * 2;
  });
  expect(made).toEqual([60, 2, 40, 10, 4]);
  expect(most).toBe(2);
  expect(await atOnce([], 2, async () => 1)).toEqual([]);
});

it('fails as the work does', async () => {
  await expect(atOnce([1, 2], 2, (item) => Promise.reject(new Error(`no ${item}`)))).rejects.toThrow('no 1');
});

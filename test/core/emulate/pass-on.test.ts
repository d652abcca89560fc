import { PassThrough, Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { passOn } from '../../../core/emulate/pass-on.ts';

it('reads no faster than what it reads is taken', async () => {
  const from = new PassThrough();
  const taken: string[] = [];
  let goOn = () => {};
  const to = new Writable({
    highWaterMark: 1,
    write(chunk, _, done) {
      taken.push(String(chunk));
      goOn = done;
    },
  });
  let ended = false;
  passOn(from, to, 'MARK', () => {
    ended = true;
  });
  from.write('one');
  await turn();
  from.write('two');
  await turn();
  expect(taken).toEqual(['one']);
  expect(from.isPaused()).toBe(true);
  goOn();
  await turn();
  from.write('MARK');
  await turn();
  goOn();
  await turn();
  await turn();
  expect(taken).toEqual(['one', 'two']);
  expect(ended).toBe(true);
});

it('reads on to the mark where nobody takes anything any more', async () => {
  const from = new PassThrough();
  const to = new Writable({ highWaterMark: 1, write: () => {} });
  to.on('error', () => {});
  const end = new Promise<void>((resolve) => passOn(from, to, 'MARK', resolve));
  from.write('one');
  await turn();
  to.destroy(new Error('the reader is gone'));
  from.write('two');
  from.write('MARK');
  await end;
});

import { expect, it } from 'vitest';
import { ConsoleTail } from '../../../core/emulate/console-tail.ts';

function tailOf(...chunks: string[]): string[] {
  const tail = new ConsoleTail();
  for (const chunk of chunks) tail.receive(Buffer.from(chunk, 'latin1'));
  return tail.lines();
}

it('has lines as they were ended, wherever they were cut', () => {
  expect(tailOf('[ 1.0] one\r\n[ 1', '.1] two\n\n', 'three')).toEqual(['[ 1.0] one', '[ 1.1] two', 'three']);
});

it('has the last 40 lines', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  expect(tailOf(`${lines.join('\n')}\n`)).toEqual(lines.slice(-40));
});

it('has no more than 8192 characters, nor a line of more than 400', () => {
  const lines = tailOf('y'.repeat(100_000), `\n${`${'x'.repeat(1000)}\n`.repeat(100)}`);
  expect(lines).toEqual(Array.from({ length: 20 }, () => 'x'.repeat(400)));
});

it('tells no terminal what to do', () => {
  expect(tailOf('\x1b[2Jred\x07\n')).toEqual(['[2Jred']);
});

it('knows for how long nothing came', () => {
  let now = 1000;
  const tail = new ConsoleTail(() => now);
  expect(tail.silentMs()).toBeNull();
  tail.receive(Buffer.from('x'));
  now = 4000;
  expect(tail.silentMs()).toBe(3000);
});

import { expect, it } from 'vitest';
import { ControlReader, type Told } from '../../../core/emulate/control.ts';

function read(...chunks: string[]): Told[] {
  const told: Told[] = [];
  const reader = new ControlReader((one) => told.push(one));
  for (const chunk of chunks) reader.receive(Buffer.from(chunk));
  return told;
}

it('tells when the command begins, what is lost, and how it ended', () => {
  expect(read('ready Y\nlo', 'st /a b/c\nexit 1', '30\n')).toEqual([
    { type: 'ready', found: { paging: 'nested' } },
    { type: 'lost', path: '/a b/c' },
    { type: 'exit', code: 130 },
  ]);
  expect(read('ready 0\n')).toEqual([{ type: 'ready', found: { paging: 'shadow' } }]);
});

it('tells which Xen it runs on', () => {
  expect(read('ready xen 4.17.7\n')).toEqual([{ type: 'ready', found: { xen: '4.17.7' } }]);
});

it('tells that the computer answers, and its load', () => {
  expect(read('alive 0.52 0.31 0.12 2/80 913\n')).toEqual([
    { type: 'alive', load: '0.52 0.31 0.12 2/80 913' },
  ]);
});

it.each([
  'alive\n',
  'alive x\n',
  'ready\n',
  'ready xen \n',
  'ready kvm 4.1\n',
  'exit 1e3\n',
  'lost\n',
  '\n',
  'exit 0 \n',
])('refuses %j', (line) => {
  expect(() => read(line)).toThrow(/what means nothing/);
});

it('refuses a line without end', () => {
  expect(() => read('x'.repeat(10_000))).toThrow(/without end/);
});

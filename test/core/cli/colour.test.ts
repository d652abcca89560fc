import { expect, test } from 'vitest';
import { useColour } from '../../../core/cli/colour.ts';

const terminal = { isTTY: true } as const;
const file = { isTTY: false } as unknown as NodeJS.WriteStream;

test.each([
  ['a terminal', terminal, {}, true],
  ['a file', file, {}, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR, which says nothing', terminal, { NO_COLOR: '' }, true],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ['FORCE_COLOR, into a file', file, { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR on a dumb terminal', terminal, { FORCE_COLOR: '', TERM: 'dumb' }, true],
  ['FORCE_COLOR against NO_COLOR', file, { FORCE_COLOR: 'true', NO_COLOR: '1' }, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ['FORCE_COLOR=false', terminal, { FORCE_COLOR: 'false' }, false],
] as const)('%s', (_, stream, env, colours) => {
  expect(useColour(stream, env)).toBe(colours);
});

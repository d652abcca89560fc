import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { canBuildI386, findCompiler } from '../../../core/host/compiler.ts';
import { fakeRoot } from './fake-root.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function program(name: string, script: string): Promise<string> {
  const folder = await fakeRoot({ [name]: `#!/bin/sh\n${script}\n` });
  await chmod(join(folder, name), 0o755);
  return join(folder, name);
}

test('$CC goes first, and only the first line of its version is kept', async () => {
  const cc = await program('mycc', 'echo "mycc 1.2"; echo "Copyright"');
  expect(await findCompiler(cc)).toEqual({ command: cc, version: 'mycc 1.2' });
});

test('a $CC that does not work is passed over', async () => {
  const gcc = await program('gcc', 'echo "gcc 99"');
  vi.stubEnv('PATH', join(gcc, '..'));
  expect(await findCompiler('/nonexistent/cc')).toEqual({ command: 'gcc', version: 'gcc 99' });
});

test('without any compiler there is none', async () => {
  vi.stubEnv('PATH', await fakeRoot({}));
  expect(await findCompiler('')).toBeNull();
});

test('i386 is what the compiler really builds', async () => {
  expect(await canBuildI386({ command: await program('cc64', 'exit 1') })).toBe(false);
  const compiler = await findCompiler();
  expect(compiler).not.toBeNull();
  // The project cannot be tested without a compiler that makes i386 programs.
  expect(await canBuildI386({ command: compiler?.command ?? '' })).toBe(true);
});

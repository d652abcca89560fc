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
  vi.stubEnv('CC', ` ${cc} `);
  expect(await findCompiler()).toEqual({ command: cc, version: 'mycc 1.2' });
});

test.each(['', ' '])('a $CC of %j is as good as none', async (cc) => {
  const gcc = await program('gcc', 'echo "gcc 99"');
  vi.stubEnv('PATH', join(gcc, '..'));
  vi.stubEnv('CC', cc);
  expect(await findCompiler()).toEqual({ command: 'gcc', version: 'gcc 99' });
});

test.each(['/nonexistent/cc', 'gcc -m64'])(
  'a $CC of %j, which does not work, is not replaced',
  async (cc) => {
    const gcc = await program('gcc', 'echo "gcc 99"');
    vi.stubEnv('PATH', join(gcc, '..'));
    vi.stubEnv('CC', cc);
    expect(await findCompiler()).toBeNull();
  },
);

test('without any compiler there is none', async () => {
  vi.stubEnv('PATH', await fakeRoot({}));
  vi.stubEnv('CC', '');
  expect(await findCompiler()).toBeNull();
});

test('i386 is what the compiler really builds', async () => {
  expect(await canBuildI386({ command: await program('cc64', 'exit 1') })).toBe(false);
  const compiler = await findCompiler();
  expect(compiler).not.toBeNull();
  // The project cannot be tested without a compiler that makes i386 programs.
  expect(await canBuildI386({ command: compiler?.command ?? '' })).toBe(true);
});

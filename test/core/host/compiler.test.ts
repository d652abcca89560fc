import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { compilerLack, findCompiler, firstComplaint, shellWords } from '../../../core/host/compiler.ts';
import { localHost } from '../../../core/host/local.ts';
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
  expect(await findCompiler(localHost)).toEqual({ command: cc, args: [], version: 'mycc 1.2' });
});

test.each(['', ' '])('a $CC of %j is as good as none', async (cc) => {
  const gcc = await program('gcc', 'echo "gcc 99"');
  vi.stubEnv('PATH', join(gcc, '..'));
  vi.stubEnv('CC', cc);
  expect(await findCompiler(localHost)).toEqual({ command: 'gcc', args: [], version: 'gcc 99' });
});

test.each(['/nonexistent/cc', 'gcc; true', 'gcc "-m64'])(
  'a $CC of %j, which does not work, is not replaced',
  async (cc) => {
    const gcc = await program('gcc', 'echo "gcc 99"');
    vi.stubEnv('PATH', join(gcc, '..'));
    vi.stubEnv('CC', cc);
    expect(await findCompiler(localHost)).toBeNull();
  },
);

test('without any compiler there is none', async () => {
  vi.stubEnv('PATH', await fakeRoot({}));
  vi.stubEnv('CC', '');
  expect(await findCompiler(localHost)).toBeNull();
});

test.each([
  ['ccache gcc -m64', ['ccache', 'gcc', '-m64']],
  ['  gcc\t-m64 ', ['gcc', '-m64']],
  [`"/opt/my compiler/gcc" -D'A="b c"'`, ['/opt/my compiler/gcc', '-DA="b c"']],
  ['/opt/my\\ compiler/gcc', ['/opt/my compiler/gcc']],
  ['"gcc', null],
  ...[
    'gcc; true',
    'gcc && true',
    'gcc | cat',
    'gcc > file',
    '$CC',
    '`gcc`',
    '(gcc)',
    'gcc # -m64',
    'a\nb',
  ].map((text) => [text, null] as const),
] as const)('the words of %j are %j, as sh splits them', async (text, words) => {
  expect(await shellWords(text, localHost)).toEqual(words);
  // What sh itself makes of it, if it may.
  const seen = words && execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' });
  expect(seen?.split('\0').slice(0, -1) ?? null).toEqual(words);
});

test('a $CC of several words is called with all of them', async () => {
  const ccache = await program('ccache', 'echo "through ccache: $*"');
  vi.stubEnv('CC', `${ccache} gcc -m64`);
  expect(await findCompiler(localHost)).toEqual({
    command: ccache,
    args: ['gcc', '-m64'],
    version: 'through ccache: gcc -m64 --version',
  });
});

test('who chose a compiler that does not work is told which', () => {
  expect(compilerLack('my cc', localHost).reason).toMatch(/^CC is set to "my cc", which does not work/);
  expect(compilerLack(null, localHost)).toEqual({
    reason: expect.stringMatching(/^no C compiler found/),
    remedy: expect.stringMatching(/apt-get install gcc/),
  });
});

test.each([
  [
    'an old ld',
    "/usr/bin/ld: unrecognized option '--no-warn-rwx-segments'\n/usr/bin/ld: use the --help option for usage information\ncollect2: error: ld returned 1 exit status\n",
    "/usr/bin/ld: unrecognized option '--no-warn-rwx-segments'",
  ],
  [
    'a call to nobody',
    "/usr/bin/ld: a.o: in function `_start':\na.c:(.text+0xa): undefined reference to `memcpy'\ncollect2: error: ld returned 1 exit status\n",
    "a.c:(.text+0xa): undefined reference to `memcpy'",
  ],
  [
    'LLVM',
    "ld.lld: error: unknown argument '--no-warn-rwx-segments'\nclang: error: linker command failed with exit code 1 (use -v to see invocation)\n",
    "ld.lld: error: unknown argument '--no-warn-rwx-segments'",
  ],
  [
    'a header',
    'In file included from a.c:1:\nb.h: In function f:\nb.h:3:1: warning: unused\nb.h:4:1: error: no\n1 error generated.\n',
    'b.h:4:1: error: no',
  ],
  [
    'a driver alone',
    'collect2: fatal error: cannot find ld\ncompilation terminated.\n',
    'collect2: fatal error: cannot find ld',
  ],
  ['words of no kind', '\nwhat is this\nand this\n', 'what is this'],
  ['nobody', '', ''],
])('the first complaint of %s is found', (_, stderr, line) => {
  expect(firstComplaint(stderr)).toBe(line);
});

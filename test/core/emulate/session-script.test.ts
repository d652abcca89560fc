import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Session, sessionScript } from '../../../core/emulate/session-script.ts';
import { fakeRoot } from '../host/fake-root.ts';

const script = (session: Partial<Session> = {}) =>
  sessionScript({ argv: ['node'], onXen: false, folder: '/work', environment: {}, mark: 'MARK', ...session });

/** What a shell makes of the line that becomes the command. */
function becomes(session: Partial<Session>): string[] {
  const lines = script(session).split('\n');
  const from = lines.findIndex((line) => line.startsWith('  unset ')) + 1;
  const own = lines.slice(from, lines.indexOf(') & child=$!')).join('\n');
  return execFileSync('/bin/sh', ['-c', own], { encoding: 'utf8', env: {} }).split('\0').slice(0, -1);
}

describe('the script of an emulated computer', () => {
  it('is one for a shell', () => {
    for (const onXen of [false, true])
      execFileSync('/bin/sh', ['-n'], { input: script({ onXen, environment: { A: 'b' } }) });
  });

  it('hands on words, variables and the working directory as they are', () => {
    const odd = 'a \'b\' "$HOME" `id` \\\n *';
    expect(becomes({ argv: ['/usr/bin/printf', '%s\\0', odd, ''], folder: '/', environment: {} })).toEqual([
      odd,
      '',
    ]);
    expect(
      becomes({
        argv: ['/usr/bin/env', '-0', '-u', 'PWD', '-u', 'OLDPWD'],
        folder: '/tmp',
        environment: { ODD: odd },
      }),
    ).toEqual([`ODD=${odd}`]);
  });

  it('leaves out variables that a shell cannot have', () => {
    expect(script({ environment: { 'BASH_FUNC_x%%': '() { :; }', 'a.b': '1' } })).not.toContain('export a.b');
    execFileSync('/bin/sh', ['-n'], { input: script({ environment: { 'BASH_FUNC_x%%': '() { :; }' } }) });
  });

  it('answers, shows what runs, and has the command end', async () => {
    const folder = await fakeRoot({ console: '' });
    const text = script();
    const listens = text
      .slice(text.indexOf('look() {'), text.indexOf('wait $child'))
      // The kernel of this computer is not asked.
      .replaceAll('/proc/sys', '/nowhere')
      .replaceAll('/dev/console', join(folder, 'console'));
    const shell = spawn(
      '/bin/sh',
      ['-c', `sleep 1000 & child=$!\n${listens}\nwait $child; echo "exit $?" >&5`],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe'],
      },
    );
    const control = (shell.stdio as unknown as readonly Duplex[])[5] as Duplex;
    let told = '';
    control.on('data', (chunk) => {
      told += chunk;
    });
    control.write('ping\n');
    await expect.poll(() => told).toMatch(/^alive \d+\.\d+ \d+\.\d+ \d+\.\d+ \d+\/\d+ \d+\n$/);
    control.write('look\nping\n');
    await expect.poll(() => told.split('\n').length).toBe(3);
    const shown = readFileSync(join(folder, 'console'), 'utf8');
    expect(shown).toMatch(/^process \d+ \(S, in \w+\): sleep1000$/m);
    control.write('end\n');
    await expect.poll(() => told).toMatch(/exit 143\n$/);
    // What listens waits for more.
    control.destroy();
  });
});

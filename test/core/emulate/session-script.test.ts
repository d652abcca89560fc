import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Session, sessionScript } from '../../../core/emulate/session-script.ts';

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
});

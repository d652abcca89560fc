import { describe, expect, it } from 'vitest';
import { ConnectionLost, MachineError } from '../../../../core/hypervisors/hypervisor.ts';
import { failureOf, troubleOf } from '../../../../core/hypervisors/ssh/session.ts';

const ADDRESS = { host: 'vm1', user: 'root', port: 2222 };
const ended = (code: number | null, signal: NodeJS.Signals | null = null) => ({ error: null, code, signal });

describe('the end of ssh', () => {
  it.each([
    [
      'Host key verification failed.',
      { reason: /host key is not known/, remedy: /^ssh -p 2222 -l root vm1 true/ },
    ],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      { reason: /another computer answers there/, remedy: /^$/ },
    ],
    ['root@vm1: Permission denied (publickey).', { reason: /takes no key/, remedy: /^ssh-copy-id -p 2222/ }],
  ])('means what a user can mend: %s', (said, { reason, remedy }) => {
    const trouble = troubleOf(ADDRESS, ended(255), said);
    expect(trouble.passing).toBe(false);
    expect(trouble.reason).toMatch(reason);
    expect(trouble.remedy ?? '').toMatch(remedy);
    expect(failureOf(ADDRESS, ended(255), said)).not.toBeInstanceOf(ConnectionLost);
  });

  it.each([
    ['Connection closed by 10.0.0.1 port 22', 255, null],
    ['Timeout, server vm1 not responding.', 255, null],
    ['ssh: connect to host vm1 port 22: Connection refused', 255, null],
    ['', 255, null],
    ['', null, 'SIGKILL' as const],
  ])('is a lost connection: %j', (said, code, signal) => {
    const failure = failureOf(ADDRESS, ended(code, signal), said);
    expect(failure).toBeInstanceOf(ConnectionLost);
    expect(failure.message).toMatch(/^no connection: [^\n]+$/);
  });

  it('is the failure of what ran there, in its own words', () => {
    const failure = failureOf(ADDRESS, ended(1), 'hvbench: may not use that CPU\n');
    expect(failure).not.toBeInstanceOf(ConnectionLost);
    expect(failure).toBeInstanceOf(MachineError);
    expect(failure.message).toBe('may not use that CPU');
    expect(failureOf(ADDRESS, ended(127), '').message).toBe('its shell ended with exit code 127');
  });
});

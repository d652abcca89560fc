/** `hvbench exec`: commands that fail, and what cannot be done. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hvbench } from './command.ts';
import { exec, folder, noUml, ONCE, options } from './exec-command.ts';

describe.skipIf(noUml)('a command', () => {
  test('one that fails natively ends it, with what it said', async () => {
    const { code, stderr, result, of } = await exec('uml', ONCE, ['sh', '-c', 'echo oops >&2; exit 3']);
    expect(code).toBe(1);
    expect(stderr).toContain('failed: native: the command exited with 3: oops');
    expect(result.stopped.reason).toBe('failed');
    expect(of('native')).toMatchObject({ status: 'failed', error: 'the command exited with 3: oops' });
    expect(of('uml').status).toBe('unavailable');
  });

  test('one that fails everywhere alike is measured with --ignore-failure', async () => {
    const { code, of } = await exec('uml', [...ONCE, '--ignore-failure'], ['sh', '-c', 'exit 3']);
    expect(code).toBe(0);
    expect(of('uml').runs[0]?.ending).toEqual({ how: 'exited', code: 3 });
  });

  test('one that fails in a guest alone is the failure of that guest', async () => {
    const script = 'if grep -q hostfs /proc/filesystems; then echo here >&2; kill -SEGV $$; fi';
    const { code, of } = await exec('container,uml', ONCE, ['sh', '-c', script]);
    expect(code).toBe(1);
    expect(of('uml')).toMatchObject({
      status: 'failed',
      error: 'the command was killed by SIGSEGV: here',
    });
    expect(of('container').status).toBe('ok');
  });

  test('one that hangs is killed with all that it has started, and told apart', async () => {
    const script = '(trap "" TERM; setsid sleep 1234) & sleep 1234';
    const { code, of } = await exec('uml', [...ONCE, '--timeout', '0.5'], ['sh', '-c', script]);
    expect(code).toBe(1);
    expect(of('native').runs[0]?.ending).toEqual({ how: 'timed-out' });
    expect(of('native').error).toBe('the command did not end in time and was killed (--timeout)');
  });

  test('one that does not exist, and a signal', async () => {
    const missing = await exec('container', ONCE, ['hvbench-no-such-command']);
    expect(missing.of('native').error).toBe('the command cannot be started (ENOENT)');
    const killed = await exec('container', ONCE, ['sh', '-c', 'kill -KILL $$']);
    expect(killed.of('native').error).toBe('the command was killed by SIGKILL');
  });
});

/** In a user namespace that lets nobody make another, and whose root may do nothing that root may. */
const WITHOUT_NAMESPACES = [
  ...['unshare', '--user', '--map-root-user', 'sh', '-c'],
  'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all "$@"',
  'sh',
];

describe('what cannot be done is said in a line', () => {
  test('a folder that is gone, or is another one in every machine', async () => {
    const gone = mkdtempSync(join(folder, 'gone-'));
    const under = ['sh', '-c', `rmdir ${gone}; exec "$@"`, 'sh'];
    for (const [where, message] of [
      [{ cwd: gone, under }, 'hvbench: the working directory no longer exists: change to another one\n'],
      [{ cwd: '/dev/shm' }, /^hvbench: a command cannot run in \/dev\/shm, .*: change to another folder\n$/],
      [
        { cwd: folder, env: { TMPDIR: join(folder, 'none') } },
        /cannot write to .*none: ENOENT; set TMPDIR to another folder\n$/,
      ],
    ] as const) {
      const { code, stderr } = await hvbench(['exec', '--', 'true'], where);
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(message);
    }
  });

  test.skipIf(noUml)('mounts of our own', async () => {
    const under = WITHOUT_NAMESPACES;
    const { code, stdout, stderr } = await hvbench(['exec', '--', 'true'], { ...options, under });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n').at(-1)).toBe(
      "hvbench: the command cannot be run natively: this system does not allow user namespaces (user.max_user_namespaces is 0); namespaces keep a command off the host's files; try: sudo sysctl -w user.max_user_namespaces=15000",
    );
  });

  for (const [args, message] of [
    [['--hypervisor', 'vmware', '--', 'true'], /unknown hypervisor 'vmware': use one of native/],
    [['--metric', '(', '--', 'true'], /--metric is unusable: /],
    [['--metric', 'no group', '--', 'true'], /--metric is unusable: it needs a group/],
    [['--runs', '0', '--', 'true'], /must be a whole number above 0/],
    [['--runs', '100001', '--', 'true'], /--runs can be 100000 at most/],
    [['--warmup', '10001', '--', 'true'], /--warmup can be 10000 at most/],
    [['--timeout', '1e7', '--', 'true'], /--timeout can be 1000000 s at most/],
    [[], /missing required argument 'command'/],
  ] as const) {
    test(args.join(' '), async () => {
      const { code, stdout, stderr } = await hvbench(['exec', ...args], options);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    });
  }
});

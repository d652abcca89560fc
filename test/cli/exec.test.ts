/** `hvbench exec`: what commands see, and what becomes of what they write, in the real guests. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';
import { exec, folder, noGuests, noQemu, noUml, ONCE, temporary } from './exec-command.ts';

describe.skipIf(noUml)('on the host, in a container and in User Mode Linux', () => {
  test('a command sees the same folder, user, environment, limits and files, and takes its own time', async () => {
    mkdirSync(join(folder, 'inside'), { recursive: true });
    const script =
      'pwd; id; umask; ulimit -n; ulimit -s; echo "$TMPDIR"; ls -A; cksum /proc/version >/dev/null';
    const { code, result, of } = await exec('container,uml', ['--runs', '3'], ['sh', '-c', script]);
    expect(code).toBe(0);
    expect(result.environments.map(({ id, status, output }) => `${id} ${status} ${output}`)).toEqual([
      'native ok null',
      'container ok same',
      'uml ok same',
    ]);
    expect(of('native').stdout).toContain(`${folder}\n`);
    expect(of('native').stdout).toContain(`${temporary}\n`);
    for (const { runs, launches, wallNs } of atLeastOne(result.environments)) {
      expect(launches).toBe(3);
      expect(runs.filter(({ counts }) => counts)).toHaveLength(3);
      expect(runs.filter(({ counts }) => !counts)).toHaveLength(3);
      expect(wallNs?.min).toBeGreaterThan(0);
    }
    expect(of('uml').overhead?.low).toBeLessThanOrEqual(of('uml').overhead?.estimate ?? Number.NaN);
    expect(of('native').overhead).toBeNull();
    expect(of('uml').evidence.join('\n')).toMatch(/guest Linux \d/);
    expect(of('container').evidence.join('\n')).toMatch(/separate namespaces: .*net/);
  });

  test('what it writes is there for its own next run, and never on this computer', async () => {
    const target = join(folder, 'written');
    const script = `[ -e ${target} ] && echo again; echo text > ${target} && cat ${target} && echo x > /etc/hvbench-test`;
    const { code, of } = await exec(
      'uml',
      ['--runs', '2', '--warmup', '1', '--seed', '1'],
      ['sh', '-c', script],
    );
    expect(code).toBe(0);
    expect(of('native').stdout).toBe('text\n');
    const sizes = of('uml').runs.map(
      ({ counts, stdout }) => `${counts ? 'counts' : 'warm-up'} ${stdout.bytes}`,
    );
    expect(sizes).toEqual(['warm-up 5', 'counts 11', 'warm-up 5', 'counts 11']);
    expect(existsSync(target)).toBe(false);
    expect(existsSync('/etc/hvbench-test')).toBe(false);
  });

  test('one that prints 100 MB is measured, and no more than its beginning and end is kept', async () => {
    const { code, of } = await exec('uml', ONCE, ['sh', '-c', 'head -c 100000000 /dev/zero; printf end']);
    expect(code).toBe(0);
    for (const id of ['native', 'uml']) {
      expect(of(id).runs[0]?.stdout.bytes).toBe(100_000_003);
      expect(of(id).stdout.length).toBeLessThan(6000);
      expect(of(id).stdout.endsWith('end')).toBe(true);
    }
    expect(of('uml').output).toBe('same');
  });

  test('long output is kept once, and no number is cut out of another', async () => {
    const flags = [...ONCE, '--metric', '(\\d+) ops'];
    // A figure where the end of the output begins, of one that is kept whole and of one that is not.
    for (const [before, kept, figure] of [
      [398, 4498, 1_234_567],
      [2000, 1024 + '\n[…]\n'.length + 4087, null],
    ] as const) {
      const script = `printf '%0${before}d' 0 | tr 0 x; printf ' 1234567 ops\\n'; printf '%04086d' 0 | tr 0 y; echo`;
      const { of } = await exec('native', flags, ['sh', '-c', script]);
      expect(of('native').stdout).toHaveLength(kept);
      expect(of('native').metric?.median ?? null).toBe(figure);
    }
  });

  test('a script needs no first line, and there may be very many arguments', async () => {
    const script = join(folder, 'script');
    writeFileSync(script, 'echo $#\n', { mode: 0o755 });
    const many = Array.from({ length: 100_000 }, () => 'x');
    const { code, of } = await exec('uml', ONCE, [script, ...many]);
    expect(code).toBe(0);
    expect(of('native').stdout).toBe('100000\n');
    expect(of('uml').output).toBe('same');
  });

  test('neither shared memory nor the name nor settings of this computer change', async () => {
    const segments = () => readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').length;
    const before = [segments(), hostname()];
    const setting = '/proc/sys/vm/swappiness';
    const script = `ipcmk -M 1000 && hostname changed && hostname; cat ${setting} > ${setting} || echo no`;
    const { of } = await exec('container', [...ONCE, '--keep-capabilities'], ['sh', '-c', script]);
    expect(of('native').stdout).toMatch(process.getuid?.() === 0 ? /\nchanged\nno\n$/ : /\nno\n$/);
    expect([segments(), hostname()]).toEqual(before);
  });

  test('a service of its own is reached, and a file of each kind can be read and given away', async () => {
    const script = `
      node -e 'const server = require("net").createServer((client) => client.end("served"));
        server.listen(0, "127.0.0.1", () => require("net").connect(server.address().port, "127.0.0.1")
          .on("data", (data) => console.log(String(data))).on("close", () => server.close()))'
      mkfifo fifo && (echo through > fifo & cat fifo)
      echo here > /dev/shm/file && cat /dev/shm/file && head -c 4 /dev/urandom | wc -c
      id -u | grep -qx 0 || exit 0
      cat /etc/shadow > /dev/null && echo > file && chown 12345:12345 file && chmod 600 file && cat file
      setpriv --reuid 12345 --regid 12345 --clear-groups sh -c 'id -u; echo > /dev/shm/own && chmod 700 /dev/shm/own'`;
    const { code, stderr, of } = await exec('container,uml', ONCE, ['sh', '-ec', script]);
    expect(code, stderr).toBe(0);
    expect(of('native').stdout).toMatch(/^served\nthrough\nhere\n4\n(?:\n12345\n)?$/);
    expect([of('container').output, of('uml').output]).toEqual(['same', 'same']);
  });

  test('what it leaves running in the background does not keep it from ending', async () => {
    const { code, of } = await exec('uml', ONCE, ['sh', '-c', 'sleep 1234 & echo done']);
    expect(code).toBe(0);
    expect(of('uml').output).toBe('same');
  });
});

test.skipIf(noQemu || noGuests)('a command in QEMU sees the same files, and nothing is left', async () => {
  const script = `pwd; id; ls -A /usr/bin | cksum; echo text > ${join(folder, 'here')}; cat ${join(folder, 'here')}`;
  const { code, of } = await exec('qemu-tcg', ['--runs', '1'], ['sh', '-c', script]);
  expect(code).toBe(0);
  expect(of('qemu-tcg').output).toBe('same');
  expect(of('qemu-tcg').evidence.join('\n')).toContain('TCGTCGTCGTCG');
  expect(existsSync(join(folder, 'here'))).toBe(false);
});

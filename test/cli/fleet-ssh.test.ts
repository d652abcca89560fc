/** A fleet by SSH for real: OpenSSH's server on the loopback interface, so that all hosts are this computer. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../free-ports.ts';
import { requireOrSkip } from '../require.ts';
import { clientConfig, type Server, sshdIsHere, startServer } from '../sshd.ts';
import { hvbench, MAIN, readResult, sendSignal, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const RUN = [
  ...['run', '--suite', 'cpu', '--workload', 'integer', '--hypervisor', 'control', '--isa', 'x86_64'],
  ...['--profile', 'quick', '--wait'],
];
/** Until it is told to end. */
const LONG = ['--profile', 'thorough', '--budget', '100', '--precision', '0.0001'];

describe.skipIf(requireOrSkip('sshd', sshdIsHere))('a fleet by SSH', () => {
  let server: Server;
  let env: Record<string, string>;
  beforeAll(async () => {
    server = await startServer(join(folder, 'sshd'));
    mkdirSync(join(folder, 'locks'));
    const path = join(folder, 'ssh_config');
    const nobody = clientConfig(join(folder, 'sshd'), await freePort()).replace('Host target', 'Host nobody');
    const two = clientConfig(join(folder, 'sshd'), server.port).replace('Host target', 'Host one two');
    writeFileSync(path, `${nobody}\n${two}`);
    env = { HVBENCH_SSH_CONFIG: path };
    writeFileSync(join(folder, 'hosts.txt'), '# rack 1\none\ntwo # the other one\n');
    writeFileSync(join(folder, 'some.txt'), 'one\nnobody\n');
  });
  afterAll(() => server.stop());

  const fleet = (...args: string[]) => hvbench(['fleet', ...args], { cwd: folder, env });
  const submit = (hosts: string, out: string, ...run: string[]) =>
    fleet(
      ...['submit', '--on', 'ssh', '--hosts', hosts, '--out', out],
      // Nothing of the tests' environment is there.
      ...['--hvbench', `env HVBENCH_LOCKS=${join(folder, 'locks')} ${process.execPath} ${MAIN}`],
      ...['--', ...RUN, ...run],
    );
  const idOf = (out: string): string =>
    JSON.parse(readFileSync(join(folder, out, 'fleet-submission.json'), 'utf8')).id;
  const there = (out: string) => join(homedir(), `hvbench-fleet-${idOf(out)}`);
  const statusOf = async (out: string, code: number) => {
    for (const end = performance.now() + 100_000; ; ) {
      const status = await fleet('status', out);
      if (status.code === code || performance.now() > end) return status;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  test('goes on by itself, and is collected when it is over', async () => {
    const submitted = await submit('hosts.txt', 'two', '--budget', '1');
    expect(submitted.code, submitted.stderr).toBe(0);
    expect(submitted.stdout).toMatch(/^Submitted to 2 hosts\.\n/);
    // The submitting computer sleeps: nothing that it has started is needed.
    server.cut();
    const early = await fleet('status', 'two');
    expect(early.code).toBe(2);
    expect(early.stdout).toMatch(/^2 hosts: .*running/);
    const over = await statusOf('two', 0);
    expect(over.stdout).toMatch(/^2 hosts: 2 done\n/);
    expect(existsSync(join(folder, 'two/hosts'))).toBe(false);

    const collected = await fleet('collect', 'two');
    // Both are this computer, which counts once.
    expect(collected.code, collected.stderr).toBe(1);
    const { hosts } = JSON.parse(readFileSync(join(folder, 'two/fleet.json'), 'utf8'));
    expect(hosts).toMatchObject([{ leftOut: null }, { leftOut: { why: 'same-host' } }]);
    expect(readResult(join(folder, 'two/hosts/one')).suites).toHaveLength(1);
    expect(readdirSync(join(folder, 'two/hosts/two'))).toEqual(
      expect.arrayContaining(['exit-code', 'host', 'log', 'result.json', 'samples.ndjson', 'report.html']),
    );
    expect(existsSync(there('two'))).toBe(false);
    expect((await fleet('collect', 'two')).code).toBe(1);
    expect((await fleet('status', 'two')).stdout).toBe('2 hosts: 2 done\n');
  });

  test('says which host did not begin, and has the others go on; a cancelled one ends in order', async () => {
    const submitted = await submit('some.txt', 'partly', ...LONG);
    expect(submitted.code).toBe(1);
    expect(submitted.stderr).toMatch(/^nobody did not begin: no connection: .*Connection refused/m);
    expect(submitted.stdout).toMatch(/^Submitted to 1 host\.\n/);
    await until('samples', () => existsSync(join(there('partly'), 'hosts/one/samples.ndjson')), 60_000);
    const cancelled = await fleet('cancel', 'partly');
    expect(cancelled.code, cancelled.stderr).toBe(0);
    expect(cancelled.stdout).toBe('one: ended in order\n');
    const status = await fleet('status', 'partly');
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/ one +failed +exit code 130/);
    expect(status.stdout).toMatch(/ nobody +failed +it did not begin: no connection: /);
    expect((await fleet('collect', 'partly')).code).toBe(2);
    expect(readResult(join(folder, 'partly/hosts/one')).stopped.reason).toBe('interrupted');
    expect(existsSync(there('partly'))).toBe(false);
  });

  test('keeps what a killed one has left, and what nobody answers for is told', async () => {
    expect((await submit('some.txt', 'killed', ...LONG)).code).toBe(1);
    await until('samples', () => existsSync(join(there('killed'), 'hosts/one/samples.ndjson')), 60_000);
    sendSignal(Number(readFileSync(join(there('killed'), 'hosts/one/pid'), 'utf8')), 'SIGKILL', 'group');
    const { stdout } = await statusOf('killed', 1);
    expect(stdout).toMatch(/ one +lost +it ended without a word: killed, or its computer was restarted$/m);
    expect((await fleet('collect', 'killed')).code).toBe(2);
    expect(existsSync(join(folder, 'killed/hosts/one/samples.ndjson'))).toBe(true);
    await server.stop();
    const away = await fleet('status', 'killed');
    expect(away.code).toBe(2);
    expect(away.stdout).toMatch(/ one +unknown +no connection: .*Connection refused/);
    expect((await fleet('cancel', 'killed')).stderr).toMatch(/1 of 2 hosts could not be told: try again$/m);
    await server.restart();
    rmSync(there('killed'), { recursive: true });
  });
});

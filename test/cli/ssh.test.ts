/** Machines by SSH for real: OpenSSH's server on the loopback interface, so that the target is this computer. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../free-ports.ts';
import { umlIsUsable } from '../linux.ts';
import { requireOrSkip } from '../require.ts';
import { clientConfig, leftOnTarget, type Server, sshdIsHere, startServer } from '../sshd.ts';
import { umlServer } from '../uml-over-ssh.ts';
import { hvbench, ROOT, readResult, readSamples, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const WORK = '--profile quick --suite cpu --isa x86_64'.split(' ');
const LITTLE = ['--workload', 'integer'];

describe.skipIf(requireOrSkip('sshd', sshdIsHere))('a machine by SSH', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer(join(folder, 'sshd'));
  });
  afterAll(() => server.stop());

  const options = () => ({ cwd: folder, env: server.env });
  const flags = (out: string, ...more: string[]) => [
    ...['run', ...WORK, '--hypervisor', 'control,there', '--machine', `there=${server.url}`],
    ...['--budget', '4', '--out', out, ...more],
  ];
  const nothingLeft = () => until('the end of what was on the target', () => leftOnTarget().length === 0);
  const roundsOf = (out: string) =>
    readSamples(join(folder, out)).filter(
      ({ phase, hypervisor }) => phase === 'round' && hypervisor === 'there',
    ).length;

  test('is measured like native, says what it is, and leaves nothing', async () => {
    // What the copy of a process that is gone has left.
    const broken = `/tmp/.hvbench-${2 ** 22 + 1}`;
    mkdirSync(broken);
    writeFileSync(join(broken, 'm'), 'half a program');
    const { code, stdout, stderr } = await hvbench(flags('plain', ...LITTLE), options());
    expect(code, stderr).toBe(0);
    const { measurements, hypervisors, config } = readResult(join(folder, 'plain'));
    const [native, , there] = measurements;
    expect(there).toMatchObject({ hypervisor: 'there', status: 'ok', mode: 'native', technique: 'bare' });
    expect(there?.digest).toBe(native?.digest);
    expect(there?.overhead).not.toBeNull();
    expect(there?.cpuOverhead).not.toBeNull();
    const computer = hypervisors.find(({ id }) => id === 'there')?.computer;
    expect(computer).toMatchObject({ sameAsHost: true });
    expect(computer?.cpu.model).toBeTruthy();
    const evidence = hypervisors.find(({ id }) => id === 'there')?.evidence.join('\n');
    expect(evidence).toMatch(/boot ID: that of this computer/);
    expect(evidence).toMatch(/x86_64: CPUID: \w+/);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/there was reached by SSH, and is this computer itself/);
    // Addresses are nobody else's business.
    expect(JSON.stringify(config)).not.toContain('target');
    expect(existsSync(broken)).toBe(false);
    await nothingLeft();
  });

  test('is tried again where its connection is lost', async () => {
    const run = start(flags('lost', '--budget', '12'), options());
    await until('a round by SSH', () => roundsOf('lost') > 0, 60_000);
    server.cut();
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/lost, and tried again: there x86_64 \S+: no connection: /);
    const { measurements, launches, failures } = readResult(join(folder, 'lost'));
    expect(failures).toEqual([]);
    expect(launches.flatMap(({ lost = [] }) => lost)).toMatchObject([{ hypervisor: 'there' }]);
    expect(new Set(measurements.map(({ status }) => status))).toEqual(new Set(['ok']));
    // Its clock is held against ours, and is the same here.
    const clocks = launches.flatMap((one) => one.clocks).filter(({ hypervisor }) => hypervisor === 'there');
    expect(clocks.length).toBeGreaterThan(0);
    expect(Math.max(...clocks.map(({ drift }) => Math.abs(drift ?? 1)))).toBeLessThan(0.05);
    await nothingLeft();
  });

  test('costs itself alone where its computer is gone for good', async () => {
    const run = start(flags('gone', '--budget', '12'), options());
    await until('a round by SSH', () => roundsOf('gone') > 0, 60_000);
    await server.stop();
    const { code, stderr } = await run.ended;
    await server.restart();
    expect(code, stderr).toBe(1);
    const { failures, measurements } = readResult(join(folder, 'gone'));
    expect(failures).toMatchObject([{ hypervisor: 'there' }]);
    expect(failures[0]?.error).toMatch(/^no connection: .*Connection refused/);
    expect(measurements.find(({ hypervisor }) => hypervisor === 'control')).toMatchObject({ status: 'ok' });
    await nothingLeft();
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('ends with the tool, by %s', async (signal) => {
    const run = start(flags(signal, '--budget', '30'), options());
    await until('a round by SSH', () => roundsOf(signal) > 0, 60_000);
    expect(leftOnTarget().join('\n')).toMatch(/^\d+: hvbench-machine$/m);
    run.child.kill(signal);
    await run.ended;
    await nothingLeft();
    await until('the end of ssh', () => run.remains().length === 0);
  });

  describe('that cannot be reached says why, and what to do', () => {
    const doctor = async (env: Record<string, string>, url = server.url) => {
      const { code, stdout, stderr } = await hvbench(['doctor', '--json', '--machine', `there=${url}`], {
        cwd: folder,
        env,
      });
      expect(code, stderr).toBe(0);
      const { hypervisors } = JSON.parse(stdout) as { hypervisors: { id: string }[] };
      return hypervisors.find(({ id }) => id === 'there');
    };
    /** The user's side with other lines in front. */
    const config = (name: string, before: string, port = server.port) => {
      const path = join(folder, `ssh_config-${name}`);
      writeFileSync(path, clientConfig(join(folder, 'sshd'), port, before));
      return { HVBENCH_SSH_CONFIG: path };
    };

    test('nobody listens there', async () => {
      expect(await doctor(config('nobody', '', await freePort()))).toMatchObject({
        available: false,
        reason: expect.stringMatching(/^no connection: .*Connection refused/),
      });
    });

    test('its host key is not known', async () => {
      const found = await doctor(config('unknown', '  UserKnownHostsFile /dev/null'));
      expect(found).toMatchObject({
        available: false,
        reason: expect.stringMatching(/host key is not known/),
      });
      expect(found).toMatchObject({ remedy: expect.stringMatching(/^ssh target true/) });
    });

    test('its host key is another one than before, even if the user lets ssh accept new ones', async () => {
      await server.stop();
      await server.restart('other key');
      const found = await doctor(config('accepts', '  StrictHostKeyChecking no'));
      const run = await hvbench(flags('changed', ...LITTLE), options());
      await server.stop();
      await server.restart();
      const reason = /host key is not the one that is known: another computer answers/;
      expect(found).toMatchObject({ available: false, reason: expect.stringMatching(reason) });
      // Who names it is told, and the others are measured.
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(reason);
    });

    test('it takes no key', async () => {
      const found = await doctor(config('keyless', `  IdentityFile ${join(folder, 'sshd/other')}`));
      expect(found).toMatchObject({ available: true });
      const only = join(folder, 'ssh_config-only');
      const text = clientConfig(join(folder, 'sshd'), server.port);
      writeFileSync(only, text.replace(/IdentityFile .*/, `IdentityFile ${join(folder, 'sshd/other')}`));
      expect(await doctor({ HVBENCH_SSH_CONFIG: only })).toMatchObject({
        available: false,
        reason: expect.stringMatching(/takes no key of yours/),
        remedy: expect.stringMatching(/^ssh-copy-id target$/),
      });
    });

    test('in words for people', async () => {
      const { stdout } = await hvbench(['doctor', '--machine', `there=${server.url}`], options());
      expect(stdout).toMatch(/Machines on other computers\n. there: .*, kernel .*; clock source \w+/);
      expect(stdout).toMatch(/there: it is this computer itself/);
    });
  });

  test('may be what others are compared with', async () => {
    const run = [
      ...['run', ...WORK, ...LITTLE, '--hypervisor', 'control', '--machine', `there=${server.url}`],
      ...['--reference', 'there', '--budget', '2', '--out', 'reference'],
    ];
    const { code, stderr } = await hvbench(run, options());
    expect(code, stderr).toBe(0);
    const { measurements, hypervisors } = readResult(join(folder, 'reference'));
    expect(measurements.map(({ hypervisor, status }) => `${hypervisor} ${status}`)).toEqual([
      ...['native ok', 'control ok'],
    ]);
    expect(hypervisors.map(({ computer }) => computer?.sameAsHost)).toEqual([true, true]);
    expect(hypervisors[0]?.title).toMatch(/^there, what others are compared with: /);
    await nothingLeft();
  });

  test('has an address and a name of its own', async () => {
    const refused = async (line: string) => (await hvbench(['run', '--machine', line], options())).stderr;
    expect(await refused('there=http://target')).toMatch(
      /machine there: 'http:\/\/target' is no address .*write ssh:\/\//,
    );
    expect(await refused('kvm=ssh://target')).toMatch(/there is a hypervisor of this name already/);
    expect(await refused('target')).toMatch(/write NAME=ssh:/);
  });

  test('is one of the configuration as well', async () => {
    const path = join(folder, 'ssh.config.json');
    writeFileSync(
      path,
      JSON.stringify({ sshMachines: { there: server.url }, suites: ['cpu'], workloads: ['integer'] }),
    );
    const run = await hvbench(
      ['run', '--config', path, '--hypervisor', 'there', '--budget', '1', '--profile', 'quick', '--out', 'c'],
      options(),
    );
    expect(run.code, run.stderr).toBe(0);
    expect(readFileSync(join(folder, 'c', 'summary.md'), 'utf8')).toContain('there');
    await nothingLeft();
  });
});

const noGuest = [requireOrSkip('sshd', sshdIsHere), requireOrSkip('uml', umlIsUsable)].some(Boolean);
describe.skipIf(noGuest)('a Linux guest by SSH', () => {
  test('is recognised from inside, and measured by its own clock', async () => {
    const env = umlServer(join(folder, 'uml'));
    const { code, stdout, stderr } = await hvbench(
      [
        ...['run', ...WORK, ...LITTLE, '--hypervisor', 'control,guest', '--machine', 'guest=ssh://guest'],
        ...['--budget', '8', '--out', 'guest'],
      ],
      { cwd: folder, env },
    );
    expect(code, stderr).toBe(0);
    const { measurements, hypervisors, claims } = readResult(join(folder, 'guest'));
    const [native, , guest] = measurements;
    expect(guest).toMatchObject({ hypervisor: 'guest', status: 'ok', digest: native?.digest });
    expect(guest).toMatchObject({ mode: 'hosted', technique: 'direct-execution' });
    expect(guest?.overhead).not.toBeNull();
    expect(hypervisors.find(({ id }) => id === 'guest')).toMatchObject({
      isas: ['x86_64'],
      computer: { sameAsHost: false, outerHypervisor: { hypervisor: 'UML' }, kernel: expect.any(String) },
    });
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toMatch(/Overheads of guest compare two computers, not a hypervisor with none: CPU /);
    const verdicts = claims.filter(({ hypervisor }) => hypervisor === 'guest').map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(['not-testable']));
    await until('the end of the guests', () => leftOnTarget().length === 0);
  });

  test('by the driver of a plugin is on another computer too', async () => {
    const env = umlServer(join(folder, 'uml-plugin'));
    const config = join(folder, 'plugin.config.ts');
    // From the sources, as another installation would be: its classes are not those of the command.
    const driver = join(ROOT, 'core/hypervisors/ssh/driver.ts');
    writeFileSync(
      config,
      `import { machineBySsh } from '${driver}';\n` +
        `export default { plugins: [{ name: 'far', hypervisors: [machineBySsh('far', 'ssh://guest')] }] };\n`,
    );
    const { code, stderr } = await hvbench(
      [
        ...['run', '--config', config, ...WORK, ...LITTLE, '--hypervisor', 'control,far'],
        ...['--budget', '8', '--out', 'far'],
      ],
      { cwd: folder, env },
    );
    expect(code, stderr).toBe(0);
    const { measurements, hypervisors, claims } = readResult(join(folder, 'far'));
    expect(measurements[2]).toMatchObject({ hypervisor: 'far', status: 'ok' });
    expect(hypervisors.find(({ id }) => id === 'far')?.computer?.sameAsHost).toBe(false);
    const verdicts = claims.filter(({ hypervisor }) => hypervisor === 'far').map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(['not-testable']));
    await until('the end of the guests', () => leftOnTarget().length === 0);
  });
});

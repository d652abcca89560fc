import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pickCpus } from '../../../core/host/affinity.ts';
import { localHost } from '../../../core/host/local.ts';
import { type Machine, MachineError, Refusal } from '../../../core/hypervisors/hypervisor.ts';
import { startProcessMachine } from '../../../core/hypervisors/process-machine.ts';
import { packageRoot } from '../../../core/package.ts';
import { isRunning, processesWith } from './remains.ts';

const MARK = 'HVBENCH_TEST_MARK';
const { benchCpu } = await pickCpus(localHost);
let mark: string;

beforeEach(() => {
  mark = randomUUID();
  vi.stubEnv(MARK, mark);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  // Whatever a test did, nothing of it goes on.
  await expect.poll(() => processesWith(MARK, mark).filter(isRunning), { timeout: 20_000 }).toEqual([]);
});

const shell = (script: string) => ['/bin/sh', '-c', script];

/** A program that greets as a machine does, and calls `answer(command)` for each command frame. */
function program(answer: string): string[] {
  return [
    process.execPath,
    '-e',
    `const { writeSync } = require('node:fs');
     let asked = 0;
     // A batch of 3 µs, which began when the program was asked.
     let began = 0n;
     const reply = (status = 0, operation = asked) => {
       const frame = Buffer.alloc(160);
       frame.writeUInt32LE(0x31525648, 0);
       frame.writeUInt32LE(operation, 4);
       frame.writeUInt32LE(status, 8);
       frame.writeBigUInt64LE(0xabcn, 16);
       frame.writeBigUInt64LE(began, 24);
       frame.writeBigUInt64LE(began && began + 3000n, 32);
       frame.writeBigUInt64LE(2500n, 40);
       frame.writeBigUInt64LE(70n, 48);
       frame.writeBigUInt64LE(100n, 56);
       return frame;
     };
     const answer = (command) => { ${answer} };
     process.stdin.on('data', (command) => {
       asked = command.readUInt32LE(4);
       began = process.hrtime.bigint();
       while (process.hrtime.bigint() < began + 3000n);
       answer(command);
     });
     setInterval(() => {}, 1e6);
     const hello = reply();
     hello.writeBigUInt64LE(0n, 40);
     writeSync(1, hello);`,
  ];
}

const start = (argv: readonly string[]) => startProcessMachine(localHost, argv, benchCpu);

/** The MachineError that something ends in, one line. */
async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MachineError);
  const { message } = error as MachineError;
  expect(message).not.toContain('\n');
  return message;
}

/** Starts a machine, and stops it whatever `use` does with it. */
async function withMachine(argv: readonly string[], use: (machine: Machine) => Promise<void>): Promise<void> {
  const machine = await start(argv);
  try {
    await use(machine);
  } finally {
    await machine.stop();
  }
}

describe('a machine that works', () => {
  it('is measured by what it answers', async () => {
    await withMachine(program('writeSync(1, reply())'), async (machine) => {
      expect(machine.startMs).toBeGreaterThan(0);
      await machine.prepare({ name: 'cpu/integer', seed: 1, argument: 0 });
      const asked = Number(process.hrtime.bigint());
      const batch = await machine.run(9, 5_000);
      expect(batch.beganNs).toBeGreaterThanOrEqual(asked);
      expect(batch.beganNs).toBeLessThan(Number(process.hrtime.bigint()));
      expect(batch).toEqual({
        exits: null,
        guestBeganNs: null,
        iterations: 9,
        wallNs: 3000,
        cpuNs: 2500,
        beganNs: batch.beganNs,
        beganTicks: 70,
        ticks: 30,
        checksum: '0000000000000abc',
      });
    });
  });

  it('may answer in pieces', async () => {
    const pieces =
      'const f = reply(); writeSync(1, f.subarray(0, 7)); setTimeout(() => writeSync(1, f.subarray(7)), 50)';
    await withMachine(program(pieces), async (machine) => {
      expect((await machine.run(1, 5_000)).wallNs).toBe(3000);
    });
  });

  it('is pinned to its CPU, in a session of its own, and accounted for', async () => {
    await withMachine(program('writeSync(1, reply())'), async (machine) => {
      const status = readFileSync(`/proc/${machine.pid}/status`, 'utf8');
      expect(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1]).toBe(String(benchCpu));
      const stat = readFileSync(`/proc/${machine.pid}/stat`, 'latin1');
      const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
      expect(session).toBe(machine.pid);
      const { cpuNs, peakResidentBytes } = await machine.usage();
      expect(cpuNs).toBeGreaterThan(0);
      // Node takes tens of megabytes.
      expect(peakResidentBytes).toBeGreaterThan(10e6);
      expect(peakResidentBytes).toBeLessThan(1e9);
    });
  });

  it('goes on after it declined', async () => {
    const refuse = 'writeSync(1, reply(command.readUInt32LE(4) === 2 ? 2 : 0))';
    await withMachine(program(refuse), async (machine) => {
      const prepare = machine.prepare({ name: 'memory/chase', seed: 1, argument: 0 });
      expect(await failure(prepare)).toBe(
        'the machine refused to prepare: it lacks memory or a feature for it',
      );
      expect((await machine.run(1, 5_000)).wallNs).toBe(3000);
    });
  });

  it('refuses in the words of its guest, made printable, and goes on', async () => {
    const refuse =
      "const f = reply(command.readUInt32LE(4) === 2 ? 2 : 0); f.write('no APIC\\x1b[m\\n', 64, 'latin1'); writeSync(1, f)";
    await withMachine(program(refuse), async (machine) => {
      const prepare = () => machine.prepare({ name: 'privileged/ipi', seed: 1, argument: 0 });
      expect(await failure(prepare())).toBe('no APIC [m ');
      await expect(prepare()).rejects.toBeInstanceOf(Refusal);
      expect((await machine.run(1, 5_000)).wallNs).toBe(3000);
    });
  });

  it('is told apart from one that was asked for what it does not know, or has died', async () => {
    const unknown = 'if (command.readUInt32LE(4) === 2) writeSync(1, reply(1)); else process.exit(1)';
    await withMachine(program(unknown), async (machine) => {
      const prepare = machine.prepare({ name: 'privileged/none', seed: 1, argument: 0 });
      const errors = [
        await prepare.catch((error: unknown) => error),
        await machine.run(1, 5_000).catch((error: unknown) => error),
      ];
      for (const error of errors) {
        expect(error).toBeInstanceOf(MachineError);
        expect(error).not.toBeInstanceOf(Refusal);
      }
    });
  });

  it('may be given less time to prepare than it takes by itself', async () => {
    await withMachine(program(''), async (machine) => {
      const prepare = machine.prepare({ name: 'privileged/cr3wr', seed: 1, argument: 0 }, 300);
      expect(await failure(prepare)).toBe('no answer within 0.3 s: the machine hung and was killed');
    });
  });

  it('is gone after it was stopped, which may be asked for twice', async () => {
    // It does not end by itself, has a child, and is deaf to everything but SIGKILL.
    const stubborn = `process.on('SIGTERM', () => {}); require('node:child_process').spawn('sleep', ['1000'], { stdio: 'inherit' }); writeSync(1, reply())`;
    const machine = await start(program(stubborn));
    await machine.run(1, 5_000);
    expect(processesWith(MARK, mark).length).toBeGreaterThanOrEqual(2);
    await Promise.all([machine.stop(), machine.stop()]);
    await machine.stop();
    expect(isRunning(machine.pid)).toBe(false);
    expect(await failure(machine.run(1, 5_000))).toBe('the machine died by SIGKILL');
    await failure(machine.usage());
  });
});

describe('a machine that does not start', () => {
  it.each([
    ['exits at once', shell('exit 3'), 'the machine exited unexpectedly (exit code 3)'],
    ['dies by a signal', shell('kill -SEGV $$'), 'the machine died by SIGSEGV'],
    [
      'says why',
      shell('echo "some noise" >&2; echo "kvm: open /dev/kvm failed: EACCES" >&2; exit 1'),
      'kvm: open /dev/kvm failed: EACCES',
    ],
    [
      'greets with zeroes',
      shell('head -c 160 /dev/zero; exec sleep 1000'),
      'the machine answered with something that is not a reply frame',
    ],
    [
      'greets with text',
      shell(`yes hello | head -c 160; exec sleep 1000`),
      'the machine answered with something that is not a reply frame',
    ],
    [
      'writes without end',
      shell('exec cat /dev/zero'),
      'the machine wrote more than requested, and was killed',
    ],
    [
      'greets with the answer to another operation',
      shell(String.raw`printf 'HVR1\3' | cat - /dev/zero | head -c 160; exec sleep 1000`),
      'the machine answered operation 3 instead of hello',
    ],
    [
      'ends within its greeting',
      shell('head -c 100 /dev/zero'),
      'the machine exited unexpectedly (exit code 0)',
    ],
  ])('is told in one line, and leaves nothing behind: it %s', async (_, argv, message) => {
    expect(await failure(start(argv))).toBe(message);
  });

  it('is told by name where its program is missing', async () => {
    expect(await failure(start(['/no/such/program']))).toContain('/no/such/program');
  });

  it('is told where its CPU is missing', async () => {
    expect(await failure(startProcessMachine(localHost, shell('exit 0'), 8191))).toMatch(/affinity/);
  });

  it('is told where the programs that start machines are missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await failure(start(shell('exit 0')))).toMatch(/^the machine cannot be started: .*setpriv/);
  });
});

describe('a machine that fails at a batch', () => {
  it.each([
    ['never answers', '', 'no answer within 0.4 s: the machine hung and was killed'],
    [
      'answers with garbage',
      "writeSync(1, Buffer.alloc(160, 'x'))",
      'the machine answered with something that is not a reply frame',
    ],
    [
      'answers with an unknown status',
      'writeSync(1, reply(77))',
      'the machine answered with an unknown status 77',
    ],
    [
      'answers another operation',
      'writeSync(1, reply(0, 2))',
      'the machine answered operation 2 instead of run',
    ],
    [
      'answers in part only',
      'writeSync(1, reply().subarray(1))',
      'no answer within 0.4 s: the machine hung and was killed',
    ],
    [
      'answers too much',
      'writeSync(1, Buffer.alloc(161))',
      'the machine wrote more than requested, and was killed',
    ],
    ['exits', 'process.exit(7)', 'the machine exited unexpectedly (exit code 7)'],
    ['is killed', "process.kill(process.pid, 'SIGKILL')", 'the machine died by SIGKILL'],
    [
      'says why and exits',
      "writeSync(2, 'v86: the guest triple-faulted\\n'); process.exit(1)",
      'v86: the guest triple-faulted',
    ],
    [
      'complains without end',
      "setInterval(() => writeSync(2, 'no! '.repeat(1e4)), 1)",
      'no answer within 0.4 s: the machine hung and was killed',
    ],
  ])('is told in one line, is dead, and stays failed: it %s', async (_, answer, message) => {
    await withMachine(program(answer), async (machine) => {
      expect(await failure(machine.run(1, 400))).toBe(message);
      expect(await failure(machine.run(1, 400))).toBe(message);
      expect(await failure(machine.identify())).toBe(message);
    });
  });

  it('is told briefly, however much it said', async () => {
    await withMachine(program("writeSync(2, 'x'.repeat(60000)); process.exit(1)"), async (machine) => {
      const message = await failure(machine.run(1, 5_000));
      expect(message).toMatch(/^x+$/);
      expect(message.length).toBeLessThanOrEqual(400);
    });
  });

  it('is told at a later question where it spoke without being asked', async () => {
    await withMachine(program('writeSync(1, Buffer.concat([reply(), reply()]))'), async (machine) => {
      expect(await failure(machine.run(1, 5_000))).toContain('more than requested');
    });
    const chatty = "writeSync(1, reply()); setTimeout(() => writeSync(1, 'x'), 0)";
    await withMachine(program(chatty), async (machine) => {
      // It stands still between questions, so what it says unasked comes with a later answer.
      const questions = async () => {
        for (let i = 0; i < 20; i++) await machine.run(1, 5_000);
      };
      expect(await failure(questions())).toContain('more than requested');
    });
  });
});

describe('a machine that lies about its times', () => {
  const lie = (change: string) =>
    `const f = reply(); const at = (offset, ns) => f.writeBigUInt64LE(ns, offset); ${change}; writeSync(1, f)`;

  it.each([
    ['marks nothing', lie('at(24, 0n); at(32, 0n)'), /^.*did not mark the start of its batch/],
    ['marks no beginning', lie('at(24, 0n)'), /did not mark the start of its batch/],
    ['marks no end', lie('at(32, 0n)'), /did not mark the end of its batch, or marked it before the start$/],
    ['swaps its marks', lie('at(24, began + 3000n); at(32, began)'), /did not mark the end of its batch/],
    ['tells the batch before', lie('at(24, began - 1000000000n)'), /or marked it before the request$/],
    ['ended in the future', lie('at(32, began + 1000000000n)'), /its batch ended after its answer$/],
    ['ended at the end of time', lie('at(32, 2n ** 64n - 1n)'), /its batch ended after its answer$/],
    ['took no time', lie('at(32, began)'), /its batch of 7 iterations took no time$/],
    [
      'burned more CPU time than there is',
      lie('at(40, 2n ** 64n - 1n)'),
      /more CPU time than was available$/,
    ],
  ])('fails: it %s', async (_, answer, message) => {
    await withMachine(program(answer), async (machine) => {
      const said = await failure(machine.run(7, 5_000));
      expect(said).toMatch(/^implausible answer from the machine: /);
      expect(said).toMatch(message);
    });
  });

  it('may take no time over nothing', async () => {
    await withMachine(program(lie('at(32, began)')), async (machine) => {
      expect((await machine.run(0, 5_000)).wallNs).toBe(0);
    });
  });

  it.each(['1n', '2n ** 64n - 1n', 'process.hrtime.bigint() + 10n ** 12n'])(
    'does not start: its user space began at %s',
    async (ns) => {
      const argv = program('').map((text) =>
        text.replace('writeSync(1, hello)', `hello.writeBigUInt64LE(${ns}, 24); writeSync(1, hello)`),
      );
      expect(await failure(start(argv))).toMatch(
        /^implausible answer from the machine: its user space began before/,
      );
    },
  );
});

it('a machine dies with the tool, even where that is killed by SIGKILL', async () => {
  const module = pathToFileURL(join(packageRoot(), 'dist/core/hypervisors/process-machine.js'));
  const local = pathToFileURL(join(packageRoot(), 'dist/core/host/local.js'));
  const script = `
    import { localHost } from ${JSON.stringify(local.href)};
    import { startProcessMachine } from ${JSON.stringify(module.href)};
    const machine = await startProcessMachine(localHost, ${JSON.stringify(program(''))}, ${benchCpu});
    console.log(machine.pid);
    setInterval(() => {}, 1e6);
  `;
  const tool = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve, reject) => {
    tool.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
    tool.once('exit', () => reject(new Error('the tool ended: is dist/ built?')));
  });
  expect(isRunning(pid)).toBe(true);
  tool.kill('SIGKILL');
  await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
});

describe('what a batch left to be read', () => {
  const record = (bytes: number) => `
    const from = Number(command.readBigUInt64LE(16));
    const count = Math.max(0, Math.min(92, ${bytes} - from));
    const frame = reply();
    frame.writeUInt32LE(count, 64);
    for (let i = 0; i < count; i++) frame[68 + i] = (from + i) & 255;
    writeSync(1, frame);`;
  const expected = (from: number, to: number) =>
    Buffer.from(Array.from({ length: to - from }, (_, index) => (from + index) & 255));

  it('comes in parts, from where and as far as was asked', async () => {
    const machine = await start(program(record(300)));
    expect(await machine.read(0, 1000)).toEqual(expected(0, 300));
    expect(await machine.read(72, 100)).toEqual(expected(72, 172));
    expect(await machine.read(400, 10)).toEqual(Buffer.alloc(0));
    await machine.stop();
  });

  it('is the failure of its machine where a part is longer than it can be', async () => {
    const machine = await start(program('const f = reply(); f.writeUInt32LE(93, 64); writeSync(1, f);'));
    await expect(machine.read(0, 100)).rejects.toThrow(MachineError);
    await machine.stop();
  });
});

/** How another computer is just now: what would disturb a measurement there. */
import { randomBytes } from 'node:crypto';
import { describedHost } from '../../host/described.ts';
import type { Host } from '../../host/host.ts';
import { cleanText } from '../../host/text.ts';
import type { ComputerState } from '../elsewhere.ts';
import { type Address, sshArguments } from './address.ts';
import { describeScript, readDescription, startScript } from './scripts.ts';
import { converse } from './session.ts';

const LIMIT_MS = 20_000;
const MOST_BYTES = 1 << 16;
/** Questions for the time, the shortest of which tells most. */
const QUESTIONS = 9;
const LINE_BYTES = 27;

/** What is not told by what it is, but by how it is. */
const FILES = ['/proc/loadavg', '/proc/meminfo', '/proc/cpuinfo'];
const CPU_FILES = ['scaling_governor', 'scaling_cur_freq', 'cpuinfo_max_freq'].map(
  (name) => `cpufreq/${name}`,
);

interface StateThere {
  readonly address: Address;
  /** CPUs of this computer for `ssh`. */
  readonly cpus: readonly number[];
  /** The program that tells the time: `time` of suites/runtime/linux/remote.c. */
  readonly program: Buffer;
  /** The CPU that measures there. */
  readonly cpu: number;
}

/** All but what was stolen. Throws SessionError if it cannot be asked. */
export async function askState(host: Host, there: StateThere): Promise<Omit<ComputerState, 'stolen'>> {
  const { address, cpus, cpu } = there;
  const mark = randomBytes(12).toString('hex');
  const about = { address, cpus, limitMs: LIMIT_MS, mostBytes: MOST_BYTES };
  const printed = await converse(host, { ...about, command: describeScript(mark, FILES, CPU_FILES) });
  const files = readDescription(printed, mark);
  const described = describedHost(files);
  const ofCpu = (name: string) => files.get(`/sys/devices/system/cpu/cpu${cpu}/cpufreq/${name}`) ?? '';
  return {
    load: parseLoad(files.get('/proc/loadavg') ?? ''),
    availableBytes: kiB(described.readNow('/proc/meminfo') ?? '', 'MemAvailable'),
    frequency: {
      governor: cleanText(ofCpu('scaling_governor')) || null,
      kHz: Number(ofCpu('scaling_cur_freq')) || megahertz(files.get('/proc/cpuinfo') ?? ''),
      mostKHz: Number(ofCpu('cpuinfo_max_freq')) || null,
    },
    clock: await askClock(host, there),
  };
}

/** "0.10 0.20 0.30 1/100 4242" */
export function parseLoad(text: string): ComputerState['load'] {
  const [one, five, fifteen] = text.split(' ').map(Number);
  const known = [one, five, fifteen].every(
    (load) => load !== undefined && load >= 0 && Number.isFinite(load),
  );
  return known ? [one as number, five as number, fifteen as number] : null;
}

function kiB(meminfo: string, name: string): number | null {
  const found = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(meminfo)?.[1];
  return found === undefined ? null : 1024 * Number(found);
}

/** Of a kernel that sets no frequencies, what it takes for that of its CPUs, kHz. */
function megahertz(cpuinfo: string): number | null {
  return Math.round(1000 * Number(/^cpu MHz\s*: ([\d.]+)$/m.exec(cpuinfo)?.[1] ?? 0)) || null;
}

/** Null if it does not answer, or with what is no time. */
async function askClock(host: Host, { address, cpus, program }: StateThere): Promise<ComputerState['clock']> {
  const command = startScript(program.length, 'time');
  const process = await host.start(['ssh', ...sshArguments(address, command)], { cpus }).catch(() => null);
  if (process === null) return null;
  const timer = setTimeout(() => process.signal('SIGKILL'), LIMIT_MS);
  let shortest: ComputerState['clock'] = null;
  try {
    process.stderr.resume();
    process.stdin.write(program);
    let [told, answers] = ['', 0];
    let [askedNs, askedAt] = [0n, 0n];
    for await (const chunk of process.stdout) {
      told += (chunk as Buffer).toString('latin1');
      if (told.length < LINE_BYTES) continue;
      const roundTripNs = Number(host.now() - askedNs);
      const there = parseTime(told);
      if (there === null) return null;
      // The first line comes unasked, when the program is there.
      if (answers > 0 && roundTripNs < (shortest?.roundTripNs ?? Number.POSITIVE_INFINITY))
        shortest = { offsetNs: Math.round(Number(there - askedAt) - roundTripNs / 2), roundTripNs };
      if (++answers > QUESTIONS) break;
      told = '';
      [askedNs, askedAt] = [host.now(), timeOfDay()];
      process.stdin.write('?');
    }
  } finally {
    clearTimeout(timer);
    process.signal('SIGKILL');
    await process.ended;
  }
  return shortest;
}

/** A line of `time`, ns since 1970; null if it is none. */
export function parseTime(line: string): bigint | null {
  if (!/^[0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8}\n$/.test(line)) return null;
  const [upper = 0n, lower = 0n, ns = 0n] = line
    .trim()
    .split(' ')
    .map((word) => BigInt(`0x${word}`));
  return ((upper << 32n) | lower) * 1_000_000_000n + ns;
}

/** This computer's, ns since 1970. */
function timeOfDay(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}

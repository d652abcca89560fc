/** The computer of a machine by SSH: what it tells of itself. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { buildImages } from '../../guest/build.ts';
import { readCaches, TYPICAL_CACHES } from '../../host/caches.ts';
import { parseCpuList } from '../../host/cpu-list.ts';
import type { CpuidFacts } from '../../host/cpuid.ts';
import { parseCpuInfo } from '../../host/cpuinfo.ts';
import { describedHost } from '../../host/described.ts';
import type { Host } from '../../host/host.ts';
import { type CpuTimes, parseCpuTimes, readStealSinceBoot } from '../../host/noise.ts';
import { readOsName, readTransparentHugePages } from '../../host/system.ts';
import { cleanText } from '../../host/text.ts';
import { publicationOf } from '../../results/publication.ts';
import type { ComputerRecord, Isa, Mode, Technique } from '../../results/schema.ts';
import type { Address } from './address.ts';
import { parseCpuid } from './cpuid.ts';
import { executionIn, recognise } from './recognise.ts';
import {
  ARCHITECTURE,
  describeScript,
  LAST_CPU,
  LOCK_FOLDER,
  readDescription,
  startScript,
} from './scripts.ts';
import { type Conversation, converse, SessionError } from './session.ts';

const LIMIT_MS = 30_000;
const SOON_MS = 10_000;
const MOST_BYTES = 1 << 20;
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

export interface Target {
  readonly record: ComputerRecord;
  readonly mode: Mode;
  readonly technique: Technique;
  /** Its own first. */
  readonly isas: readonly [Isa, ...Isa[]];
  /** The CPU that measures there: the last one that this user may use. */
  readonly cpu: number;
  /** Null if no program could ask it. */
  readonly cpuid: CpuidFacts | null;
  readonly transparentHugePages: string | null;
  /** Of that CPU, when it was asked. */
  readonly cpuTimes: CpuTimes | null;
  /** Tells it apart from others, and from itself before it was started anew; null if it does not tell. */
  readonly bootId: string | null;
  /** Where hvbench has its locks there: see core/host/cpu-lock.ts. */
  readonly lockFolder: string;
}

/** Asks a computer what it is; `cpus`: of this computer, for `ssh`. Throws SessionError, and UserError if nothing can be built. */
export async function askTarget(host: Host, address: Address, cpus: readonly number[]): Promise<Target> {
  const mark = randomBytes(12).toString('hex');
  const about = { address, cpus, limitMs: LIMIT_MS, mostBytes: MOST_BYTES };
  const printed = await converse(host, { ...about, command: describeScript(mark) });
  const files = readDescription(printed, mark);
  const able = isasOf(files.get(ARCHITECTURE) ?? '');
  const cpuid = parseCpuid(await look(host, about, able[0]));
  const isas: Target['isas'] = able.length > 1 && !(await runs(host, about, able[1])) ? [able[0]] : able;
  const described = describedHost(files);
  const info = parseCpuInfo(files.get('/proc/cpuinfo') ?? '');
  const cpu = Number(files.get(LAST_CPU) ?? 0) || 0;
  const outerHypervisor = await recognise(described, info, cpuid);
  const publication = publicationOf({ outerHypervisor });
  const bootId = files.get(BOOT_ID);
  const sameAsHost = bootId !== undefined && bootId === (await host.read(BOOT_ID));
  const { model, vendor, family, modelNumber, stepping, microcode } = info;
  const record: ComputerRecord = {
    cpu: {
      ...{ model, vendor, family, modelNumber, stepping, microcode },
      cpus: parseCpuList(files.get('/sys/devices/system/cpu/online') ?? '').length || info.processors,
      governor:
        cleanText(files.get(`/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`) ?? '') || null,
      caches: (await readCaches(cpu, described)) ?? TYPICAL_CACHES,
    },
    memoryBytes: described.facts().memoryBytes,
    kernel: cleanText(described.facts().kernel),
    os: await readOsName(described),
    outerHypervisor,
    ...(publication && { publication }),
    clockSource:
      cleanText(files.get('/sys/devices/system/clocksource/clocksource0/current_clocksource') ?? '') || null,
    stealFraction: await readStealSinceBoot(described),
    sameAsHost,
  };
  return {
    ...{ record, isas, cpu, cpuid },
    // A process of this computer's own kernel is native, whatever that runs under.
    ...executionIn(sameAsHost ? null : outerHypervisor, vendor),
    transparentHugePages: await readTransparentHugePages(described),
    cpuTimes: parseCpuTimes(files.get('/proc/stat') ?? '', cpu),
    bootId: bootId ?? null,
    lockFolder: files.get(LOCK_FOLDER)?.startsWith('drwxrwxrwt') ? '/run/lock' : '/tmp',
  };
}

/** The counters of one of its CPUs now; null if it does not answer soon, or does not tell. */
export async function askCpuTimes(
  host: Host,
  address: Address,
  cpus: readonly number[],
  cpu: number,
): Promise<CpuTimes | null> {
  const about = { address, cpus, limitMs: SOON_MS, mostBytes: MOST_BYTES };
  const stat = await converse(host, { ...about, command: 'cat /proc/stat' }).catch((error) => {
    if (error instanceof SessionError) return '';
    throw error;
  });
  return parseCpuTimes(stat, cpu);
}

/** The ISAs of its CPU, its own first. Throws SessionError for a computer that runs none of hvbench's programs. */
function isasOf(architecture: string): [Isa, ...Isa[]] {
  if (architecture === 'x86_64') return ['x86_64', 'i386'];
  if (/^i[3-6]86$/.test(architecture)) return ['i386'];
  const reason = `its CPU is ${cleanText(architecture, 32) || 'unknown'}, and hvbench's programs are for x86`;
  throw new SessionError({ reason, passing: false });
}

type About = Omit<Conversation, 'command' | 'input'>;

/** Asks the CPU itself, by a program of ours. */
async function look(host: Host, about: About, isa: Isa): Promise<string> {
  const program = await starterFor(isa);
  return await converse(host, { ...about, command: startScript(program.length, 'look'), input: program });
}

/** The program that is sent there for all but machines. Throws UserError if none can be built. */
export async function starterFor(isa: Isa): Promise<Buffer> {
  const images = await buildImages([], [isa]);
  return await readFile(images.image(isa, 'remote').path);
}

/** Whether its kernel runs programs of an ISA that is not its own: some are built without, and so is User Mode Linux. */
async function runs(host: Host, about: About, isa: Isa | undefined): Promise<boolean> {
  if (isa === undefined) return false;
  try {
    return parseCpuid(await look(host, about, isa)) !== null;
  } catch (error) {
    // This computer may be unable to build for it, too.
    if (error instanceof UserError || (error instanceof SessionError && !error.trouble.passing)) return false;
    throw error;
  }
}

/** What is sent to start a machine: the program that starts it, and its own behind that. Rejects if a file is missing. */
export async function machinePrograms(
  folder: string,
  path: string,
): Promise<{ readonly bytes: Buffer; readonly offset: number }> {
  const [starter, machine] = await Promise.all([readFile(join(folder, 'remote')), readFile(path)]);
  return { bytes: Buffer.concat([starter, machine]), offset: starter.length };
}

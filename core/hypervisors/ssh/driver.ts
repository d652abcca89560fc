/**
 * A machine on another computer, reached by SSH: the program that native runs, sent there and started there. What that
 * computer runs on makes it a guest, or a native process, and is recognised from inside.
 */
import type { Identity } from '../../guest/protocol.ts';
import { allowedCpus } from '../../host/affinity.ts';
import type { Host } from '../../host/host.ts';
import { type CpuTimes, stealFraction } from '../../host/noise.ts';
import { notInstalled } from '../../host/packages.ts';
import { outerName } from '../../results/outer-hypervisor.ts';
import type { ComputerRecord } from '../../results/schema.ts';
import type { ComputerState, Elsewhere, Place } from '../elsewhere.ts';
import {
  type Availability,
  expectOffered,
  type Hypervisor,
  type Lack,
  type Machine,
  MachineError,
} from '../hypervisor.ts';
import { noLinux } from '../linux-support.ts';
import { onceFor } from '../once-for.ts';
import { startProcessMachine } from '../process-machine.ts';
import { launchHelpers } from '../requirements.ts';
import type { VmOffers } from '../vm-spec.ts';
import { type Address, destination, parseAddress, sshArguments } from './address.ts';
import { lockThere } from './lock.ts';
import { startScript } from './scripts.ts';
import { failureOf, SessionError } from './session.ts';
import { askState } from './state.ts';
import { askCpuTimes, askTarget, machinePrograms, starterFor, type Target } from './target.ts';

const OFFERS: VmOffers = {
  why: {
    vcpus: 'it is a process on another computer, pinned to one CPU there',
    memoryMib: 'it is a process on another computer, and has the memory of that',
    disks: 'it is a process on another computer, and has the files of that',
    networks: 'it is a process on another computer, and has the networks of that',
  },
};

/** Copying takes its time on a slow line. */
const START_LIMIT_MS = 60_000;

/** What a user calls a machine, and what it is, where its id says neither. */
interface Called {
  readonly name: string;
  readonly role: string;
}

/** A driver for the computer at `url`. Throws UserError for what is no address. */
export function machineBySsh(id: string, url: string, called?: Called): Hypervisor {
  const address = parseAddress(url);
  const ask = onceFor((host: Host) => allowedCpus(host).then((cpus) => askTarget(host, address, cpus)));
  return {
    id,
    elsewhere: elsewhereAt(called?.name ?? id, address, ask),
    runtimes: { bare: 'linux', linux: 'linux' },
    offers: { linux: OFFERS },
    async probe(host): Promise<Availability> {
      const lack = (await sshLack(host)) ?? (await launchHelpers(host));
      if (lack) return unavailable(id, lack);
      try {
        return available(id, await ask(host), called);
      } catch (error) {
        return unavailable(id, error instanceof SessionError ? error.trouble : { reason: String(error) });
      }
    },
    async launch(host, { image, cpu, helperCpus, ...vm }): Promise<Machine> {
      expectOffered(id, OFFERS, vm);
      const target = await targetOf(ask(host));
      const { bytes, offset } = await machinePrograms(image.folder, image.path);
      // On this computer itself the CPU is the one that everybody is measured on.
      const there = target.record.sameAsHost ? cpu : target.cpu;
      const command = startScript(bytes.length, `run ${there} ${offset}`);
      return startProcessMachine(host, ['ssh', ...sshArguments(address, command)], cpu, {
        limitMs: START_LIMIT_MS,
        elsewhere: {
          program: bytes,
          cpus: helperCpus?.length ? helperCpus : [cpu],
          cpusThere: target.record.cpu.cpus,
          failure: (end, said) => failureOf(address, end, said),
        },
      });
    },
    async verify(host, identity): Promise<string[]> {
      return evidenceOf(await targetOf(ask(host)), identity);
    },
  };
}

/** What that computer is asked beside its machines; `name`: what the user calls it. */
function elsewhereAt(name: string, address: Address, ask: (host: Host) => Promise<Target>): Elsewhere {
  let asked: CpuTimes | null = null;
  const stolen = async (host: Host): Promise<number | null> => {
    const { cpu, cpuTimes } = await targetOf(ask(host));
    const before = asked ?? cpuTimes;
    asked = await askCpuTimes(host, address, await allowedCpus(host), cpu);
    return stealFraction(before, asked);
  };
  return {
    // This computer's own share stands beside each launch anyway.
    stolen: async (host) => ((await targetOf(ask(host))).record.sameAsHost ? null : await stolen(host)),
    async place(host): Promise<Place | null> {
      const { record, isas, cpu, bootId, lockFolder: folder } = await targetOf(ask(host));
      if (record.sameAsHost) return null;
      const there = { address, program: await starterFor(isas[0]), folder, cpu };
      return {
        id: `${bootId ?? destination(address).join(' ')} ${cpu}`,
        lock: ({ cpus, ...options }) => lockThere(host, { ...there, cpus }, name, options),
      };
    },
    async state(host): Promise<ComputerState> {
      const { record, isas, cpu } = await targetOf(ask(host));
      const there = { address, cpus: await allowedCpus(host), program: await starterFor(isas[0]), cpu };
      const state = await askState(host, there).catch((error: Error) => {
        throw new MachineError(error.message);
      });
      return { ...state, stolen: { now: await stolen(host), sinceBoot: record.stealFraction } };
    },
  };
}

async function targetOf(asked: Promise<Target>): Promise<Target> {
  try {
    return await asked;
  } catch (error) {
    throw new MachineError((error as Error).message);
  }
}

async function sshLack(host: Host): Promise<Lack | null> {
  if ((await host.find('ssh')) !== null) return null;
  return notInstalled('ssh not found: machines on other computers are reached by it', 'ssh', host);
}

function available(
  id: string,
  { record, mode, technique, isas, transparentHugePages }: Target,
  called: Called | undefined,
): Availability {
  const title = `a process on another computer, ${placeOf(record)}`;
  const large = transparentHugePages === 'always' || transparentHugePages === 'madvise';
  return {
    ...{ id, title: called ? `${called.name}, ${called.role}: ${title}` : title },
    ...{ mode, technique, paging: null },
    ...{ version: record.outerHypervisor?.version ?? null, isas: [...isas], onRequest: [], available: true },
    features: large ? ['large-pages', 'discard'] : ['discard'],
    linux: { isas, lacks: {} },
    evidence: [],
    notes: [],
    computer: record,
  };
}

function unavailable(id: string, { reason, remedy }: Lack): Availability {
  return {
    ...{ id, title: 'a process on another computer', mode: 'unknown', technique: 'unknown', paging: null },
    ...{ version: null, isas: [], onRequest: [], available: false, reason, ...(remedy && { remedy }) },
    ...{ features: [], linux: noLinux, evidence: [], notes: [] },
  };
}

/** "on KVM", "on this computer itself". */
function placeOf({ outerHypervisor, sameAsHost }: ComputerRecord): string {
  if (sameAsHost) return 'which is this one';
  return outerHypervisor ? `on ${outerName(outerHypervisor)}` : 'with no sign of a hypervisor';
}

/** Throws MachineError if another CPU answers than the one that was asked before. */
function evidenceOf({ record, cpuid }: Target, identity: Identity): string[] {
  const { cpu, outerHypervisor, clockSource, sameAsHost } = record;
  const signatures = identity.signatures.filter((one) => one !== '');
  if (cpuid && signatures.some((one) => !cpuid.signatures.includes(one)))
    throw new MachineError(
      `CPUID is signed by ${signatures.join(', ')}, and was by ${cpuid.signatures.join(', ') || 'nobody'} before: another computer answers`,
    );
  return [
    `CPUID: ${[identity.vendor, ...signatures].join(', ')}`,
    `CPU: ${cpu.model}`,
    ...(outerHypervisor?.evidence ?? []),
    ...(clockSource === null ? [] : [`clock source: ${clockSource}`]),
    ...(sameAsHost ? ['boot ID: that of this computer'] : []),
  ];
}

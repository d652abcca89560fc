/** Many VMs in one process, on one thread: each runs only while it is asked something. */

import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { filesBelow } from '../../../host/files-below.ts';
import { addressHeadroom } from '../../../host/limits.ts';
import { memoryHeadroom } from '../../../host/memory-headroom.ts';
import { ResponseSummarizer } from '../../response-summary.ts';
import type { GrowthStop, Request, ResponseSummary } from '../../vm-group.ts';
import { createVm } from '../api.ts';
import { alarm, close, MADV_NOHUGEPAGE, madvise, mapPrivate, SystemCallError } from '../system-calls.ts';
import type { GroupRequest } from './messages.ts';
import type { PackedImage } from './packed-image.ts';
import { makeVmTemplate, ParkedVm, type VmTemplate } from './parked-vm.ts';

/** This process runs on the computer whose files it reads. */
const here = filesBelow('/');

/** Own memory of so many VMs is mapped at once: a mapping for each would use up the process's share of them. */
const VMS_PER_CHUNK = 64;
/** How often, in VMs, it looks whether memory and time are left. */
const LOOK_EVERY = 16;
const TELL_EVERY = 500;
/** Of the time for starting, what creating VMs ahead may take. */
const CREATING_SHARE = 1 / 3;
/** A guest that has not answered by then is given up. */
const ANSWER_LIMIT_S = 5;

const { EMFILE, ENFILE, ENOMEM, EAGAIN, ENOSPC } = constants.errno;
/** What a call says where a limit of the process or the host is reached. */
const AT_LIMIT = new Map([
  [EMFILE, 'this process may open no more files (RLIMIT_NOFILE)'],
  [ENFILE, 'the host can open no more files (fs.file-max)'],
  [ENOMEM, 'no memory, address space or mapping is left'],
  [EAGAIN, 'no further thread may be started'],
  [ENOSPC, 'no room is left'],
]);

/** Of address space, for the engine that runs this very code: it would die where it gets none. */
const SPARE_ADDRESS_BYTES = 64 << 20;
const TIME_IS_UP: GrowthStop = { reason: 'time', text: 'the time for starting machines ran out' };

/** What is about to run out. */
function shortage(reserveBytes: number): GrowthStop | null {
  const { bytes, name } = memoryHeadroom(here);
  if (bytes < reserveBytes) {
    const text = `${mib(bytes)} MiB are left (${name}), and ${mib(reserveBytes)} MiB must stay free`;
    return { reason: 'memory', text };
  }
  if (addressHeadroom(here) < SPARE_ADDRESS_BYTES)
    return { reason: 'limit', text: 'the address space of the process is used up (RLIMIT_AS)' };
  return null;
}

export class InProcessVms {
  readonly #template: VmTemplate;
  /** A VM that died stays in its place. */
  readonly #vms: (ParkedVm | null)[] = [];
  readonly #chunks: bigint[] = [];
  #nextAlarm = 0;

  /** Throws SystemCallError or VmError. */
  constructor(image: PackedImage) {
    this.#template = makeVmTemplate(image);
  }

  get size(): number {
    return this.#vms.length;
  }

  /** Starts VMs. What cannot be started ends it in order, with those that are there. */
  grow(
    { to, reserveBytes, limitMs }: Extract<GroupRequest, { do: 'grow' }>,
    tell: (machines: number) => void,
  ): GrowthStop | null {
    const began = performance.now();
    const look = (shareOfTime: number): GrowthStop | null =>
      performance.now() > began + limitMs * shareOfTime ? TIME_IS_UP : shortage(reserveBytes);
    let ahead = this.#createAhead(to - this.size, () => look(CREATING_SHARE));
    const release = () => {
      for (const vm of ahead) close(vm);
      ahead = [];
    };
    try {
      while (this.size < to) {
        const stop =
          (this.size % LOOK_EVERY === 0 && look(1)) ||
          this.#start(() => ahead.pop() ?? createVm(this.#template.kvm));
        if (stop && (ahead.length === 0 || stop.reason === 'time')) return stop;
        // What waits to be furnished takes room as well: without it there may be some more.
        if (stop) release();
        else if (this.size % TELL_EVERY === 0) tell(this.size);
      }
      return null;
    } finally {
      release();
    }
  }

  /**
   * VMs without vCPUs, as many as can be had. When Linux creates a VM it locks all mappings of the process, one by one
   * (mm_take_all_locks), and each vCPU brings one: VM by VM, the start of all would take time by the square of their number.
   */
  #createAhead(count: number, look: () => GrowthStop | null): number[] {
    const vms: number[] = [];
    try {
      while (vms.length < count && (vms.length % LOOK_EVERY > 0 || look() === null))
        vms.push(createVm(this.#template.kvm));
    } catch {
      // Starting them will meet the same limit, and say so.
    }
    return vms;
  }

  /** One more, or why not. */
  #start(take: () => number): GrowthStop | null {
    try {
      // Its memory comes first: what fails then leaves no VM that is nobody's.
      const memory = this.#nextMemory();
      this.#vms.push(new ParkedVm(this.#template, take(), memory));
      return null;
    } catch (error) {
      const { message } = error as Error;
      const limit = error instanceof SystemCallError ? AT_LIMIT.get(error.errno) : undefined;
      return limit ? { reason: 'limit', text: `${message}: ${limit}` } : { reason: 'failed', text: message };
    }
  }

  #nextMemory(): bigint {
    const { privateBytes } = this.#template.image;
    const place = this.size % VMS_PER_CHUNK;
    if (place === 0 && this.#chunks.length * VMS_PER_CHUNK === this.size) {
      const chunk = mapPrivate(privateBytes * VMS_PER_CHUNK);
      this.#chunks.push(chunk);
      madvise(chunk, privateBytes * VMS_PER_CHUNK, MADV_NOHUGEPAGE);
    }
    return (this.#chunks.at(-1) as bigint) + BigInt(privateBytes * place);
  }

  /** Asks one VM after another, and checks what they answer. */
  ask({ entry, seed, iterations, expect }: Request): ResponseSummary {
    const responses = new ResponseSummarizer({ expect });
    const began = performance.now();
    this.#vms.forEach((vm, index) => {
      if (!vm) {
        responses.died(index);
        return;
      }
      const asked = performance.now();
      const hung = () => performance.now() - asked >= (ANSWER_LIMIT_S - 1) * 1000;
      this.#keepAlarm(asked);
      try {
        const prepared = vm.ask({ operation: 'prepare', name: entry, seed }, hung);
        const reply = prepared.status === 'ok' ? vm.ask({ operation: 'run', iterations }, hung) : prepared;
        responses.replied(index, reply, performance.now() - asked);
      } catch (error) {
        this.#vms[index] = null;
        vm.close();
        responses.died(index, error as Error);
      }
    });
    alarm(0);
    this.#nextAlarm = 0;
    return responses.summary(performance.now() - began);
  }

  /** Keeps a signal coming that ends KVM_RUN, at most once a second. */
  #keepAlarm(now: number): void {
    if (now < this.#nextAlarm) return;
    alarm(ANSWER_LIMIT_S);
    this.#nextAlarm = now + 1000;
  }

  /** What the guests have touched of their own memory, bytes: the private dirty pages of its mappings. */
  touchedBytes(): number {
    const { privateBytes } = this.#template.image;
    const length = BigInt(privateBytes * VMS_PER_CHUNK);
    const own = (from: bigint, to: bigint) => this.#chunks.some((at) => from < at + length && to > at);
    let mine = false;
    let bytes = 0;
    for (const line of readFileSync('/proc/self/smaps', 'latin1').split('\n')) {
      const range = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line);
      if (range) mine = own(BigInt(`0x${range[1]}`), BigInt(`0x${range[2]}`));
      else if (mine && line.startsWith('Private_Dirty:')) bytes += Number(line.split(/\s+/)[1]) * 1024;
    }
    return bytes;
  }
}

const mib = (bytes: number) => Math.round(bytes / 2 ** 20);

/** A driver of somebody else's that keeps what the interface promises, whatever it does itself: it costs its own trial. */
import { z } from 'zod';
import { ISAS } from '../model/isa.ts';
import { hypervisorSchema, type Isa } from '../results/schema.ts';
import {
  type Availability,
  expectOffered,
  type Hypervisor,
  type Machine,
  MachineError,
  Refusal,
} from './hypervisor.ts';
import { noLinux } from './linux-support.ts';

const isas = z.array(z.enum(ISAS)).max(ISAS.length);
const text = z.string().max(4096);
const lackSchema = z.strictObject({ reason: text, remedy: text.optional() });

/** What is kept in a result is checked as it will be when that is read. */
const availabilitySchema = hypervisorSchema.extend({
  isas,
  onRequest: isas,
  features: z.array(z.enum(['large-pages', 'discard'])),
  linux: z.strictObject({ isas, lacks: z.partialRecord(z.enum(ISAS), lackSchema) }),
  machineLacks: z.record(z.string().max(64), text).optional(),
});

const PROBE_LIMIT_MS = 60_000;

/**
 * The same driver, whose `probe` never throws and says what an Availability says, and whose machines fail by MachineError
 * alone. `plugin`: who is told to have done otherwise. Its own `this` is the driver as it was given.
 */
export function guarded(driver: Hypervisor, plugin: string, limitMs = PROBE_LIMIT_MS): Hypervisor {
  const { id, runtimes, machineTypes, ownKernel, translatesOnce } = driver;
  const { scratch, offers, vmGroups, commands, variants, variant } = driver;
  const failing: Failing = async (work) => {
    try {
      return await work();
    } catch (error) {
      throw machineError(error, plugin);
    }
  };
  return {
    id,
    runtimes,
    ...(variants && {
      variants: {
        options: variants.options,
        create: (id, told) => guarded(variants.create(id, told), plugin, limitMs),
      },
    }),
    ...(variant && { variant }),
    ...(machineTypes && { machineTypes }),
    ...(ownKernel && { ownKernel }),
    ...(translatesOnce && { translatesOnce }),
    ...(scratch && { scratch }),
    ...(offers && { offers }),
    ...(vmGroups && { vmGroups }),
    ...(commands && { commands }),
    ...(driver.files && { files: async (host) => (await driver.files?.(host)) ?? [] }),
    async probe(host, known) {
      try {
        return checked(id, await within(limitMs, async () => await driver.probe(host, known)));
      } catch (error) {
        return broken(id, `plugin ${plugin}: ${messageOf(error)}`);
      }
    },
    launch: (host, vm) =>
      failing(async () => {
        // What it has not said that it can it may well leave out in silence.
        expectOffered(id, offers?.[vm.image.runtime], vm);
        return new GuardedMachine(await driver.launch(host, vm), failing);
      }),
    verify: (host, identity, machine, availability) =>
      failing(async () => {
        const own = machine instanceof GuardedMachine ? machine.own : machine;
        return await driver.verify(host, identity, own, availability);
      }),
  };
}

type Failing = <T>(work: () => Promise<T>) => Promise<T>;

/** A machine whose methods fail by MachineError alone. */
class GuardedMachine implements Machine {
  readonly own: Machine;
  readonly #failing: Failing;

  constructor(own: Machine, failing: Failing) {
    this.own = own;
    this.#failing = failing;
  }

  get pid() {
    return this.own.pid;
  }
  get startMs() {
    return this.own.startMs;
  }
  get about() {
    return this.own.about;
  }
  get bootMs() {
    return this.own.bootMs;
  }
  get milestones() {
    return this.own.milestones;
  }
  identify() {
    return this.#failing(() => this.own.identify());
  }
  prepare(...args: Parameters<Machine['prepare']>) {
    return this.#failing(() => this.own.prepare(...args));
  }
  run(iterations: number, limitMs: number) {
    return this.#failing(() => this.own.run(iterations, limitMs));
  }
  usage() {
    return this.#failing(() => this.own.usage());
  }
  stop() {
    return this.#failing(() => this.own.stop());
  }
}

/** A plugin may have an installation of hvbench of its own, whose errors are of other classes: they have the same names. */
function machineError(error: unknown, plugin: string): MachineError {
  if (error instanceof MachineError) return error;
  const { name } = Object(error) as { readonly name?: unknown };
  const message = messageOf(error);
  if (name === 'Refusal') return new Refusal(message);
  return new MachineError(name === 'MachineError' ? message : `plugin ${plugin}: ${message}`);
}

/** Throws Error where it takes longer. */
async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`no answer within ${limitMs / 1000} s`);
    timer = setTimeout(() => reject(error), limitMs);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Throws Error for what is no Availability of that driver. */
function checked(id: string, found: Availability): Availability {
  const [issue] = availabilitySchema.safeParse(found).error?.issues ?? [];
  if (issue) throw new Error(`its probe gives no Availability: ${issue.path.join('.')}: ${issue.message}`);
  if (found.id !== id) throw new Error(`its probe speaks of ${found.id} instead of ${id}`);
  return found;
}

function broken(id: string, reason: string): Availability {
  const none: readonly Isa[] = [];
  return {
    ...{ id, title: id, mode: 'hosted', technique: 'interpretation', paging: null, version: null },
    ...{ isas: [...none], available: false, reason, evidence: [], notes: [] },
    ...{ onRequest: none, features: [], linux: noLinux },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A driver of somebody else's that keeps what the interface promises, whatever it does itself: it costs its own trial. */
import { z } from 'zod';
import type { Every } from '../model/every.ts';
import { ISAS } from '../model/isa.ts';
import { hypervisorSchema, type Isa } from '../results/schema.ts';
import { guardedElsewhere } from './guarded-elsewhere.ts';
import { failingBy, messageOf } from './guarded-errors.ts';
import { GuardedMachine, guardedCommands, guardedGroups } from './guarded-machines.ts';
import { type Availability, expectOffered, type Hypervisor } from './hypervisor.ts';
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
 * The same driver, whose `probe` never throws and says what an Availability says, and whose machines, of every kind, fail by
 * MachineError alone. `plugin`: who is told to have done otherwise. Its own `this` is the driver as it was given.
 */
export function guarded(driver: Hypervisor, plugin: string, limitMs = PROBE_LIMIT_MS): Hypervisor {
  const { id, runtimes, machineTypes, ownKernel, translatesOnce, files, elsewhere } = driver;
  const { scratch, offers, vmGroups, commands, variants, variant } = driver;
  const failing = failingBy(plugin);
  const parts: Every<Hypervisor> = {
    ...{ id, runtimes, machineTypes, ownKernel, translatesOnce },
    ...{ scratch, offers, variant },
    vmGroups: vmGroups && guardedGroups(vmGroups, failing),
    commands: commands && guardedCommands(commands, failing),
    variants: variants && {
      options: variants.options,
      create: (id, told) => guarded(variants.create(id, told), plugin, limitMs),
    },
    elsewhere: elsewhere && guardedElsewhere(elsewhere, plugin, failing),
    files: files && (async (host) => (await driver.files?.(host)) ?? []),
    async probe(host, known) {
      try {
        return checked(driver, await within(limitMs, async () => await driver.probe(host, known)));
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
  return parts;
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
function checked({ id, elsewhere }: Hypervisor, found: Availability): Availability {
  const [issue] = availabilitySchema.safeParse(found).error?.issues ?? [];
  if (issue) throw new Error(`its probe gives no Availability: ${issue.path.join('.')}: ${issue.message}`);
  if (found.id !== id) throw new Error(`its probe speaks of ${found.id} instead of ${id}`);
  const { available, computer } = found;
  // What judges figures goes by the one, and what measures by the other.
  if (available && elsewhere && !computer)
    throw new Error('its machines are elsewhere, and its probe does not say what computer that is: computer');
  if (available && computer && !computer.sameAsHost && !elsewhere)
    throw new Error('its probe speaks of another computer, and the driver has no elsewhere');
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

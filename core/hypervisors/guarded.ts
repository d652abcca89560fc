/** A driver of somebody else's that keeps what the interface promises, whatever it does itself: it costs its own trial. */
import { z } from 'zod';
import { ISAS } from '../model/isa.ts';
import { hypervisorSchema, type Isa } from '../results/schema.ts';
import { type Availability, type Hypervisor, MachineError } from './hypervisor.ts';
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

/**
 * The same driver, whose `probe` never throws and says what an Availability says, and whose machines fail by MachineError
 * alone. `plugin`: who is told to have done otherwise. Its own `this` is the driver as it was given.
 */
export function guarded(driver: Hypervisor, plugin: string): Hypervisor {
  const { id, runtimes, machineTypes, ownKernel, scratch, many, commands } = driver;
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof MachineError ? error : new MachineError(`plugin ${plugin}: ${messageOf(error)}`);
    }
  };
  return {
    id,
    runtimes,
    ...(machineTypes && { machineTypes }),
    ...(ownKernel && { ownKernel }),
    ...(scratch && { scratch }),
    ...(many && { many }),
    ...(commands && { commands }),
    ...(driver.files && { files: async () => (await driver.files?.()) ?? [] }),
    async probe(host, kernels) {
      try {
        return checked(id, await driver.probe(host, kernels));
      } catch (error) {
        return broken(id, `plugin ${plugin}: ${messageOf(error)}`);
      }
    },
    launch: (image, options) => failing(async () => await driver.launch(image, options)),
    verify: (identity, machine, availability) =>
      failing(async () => await driver.verify(identity, machine, availability)),
  };
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
    ...{ isas: [...none], available: false, reason, inside: [], notes: [] },
    ...{ onRequest: none, features: [], linux: noLinux },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

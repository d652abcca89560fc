/**
 * Variants: another build of a driver's hypervisor, or one that is told otherwise, as a machine of its own. Whoever
 * measures, lists or shows hypervisors sees one more, by its name.
 */
import type { z } from 'zod';
import { UserError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { roleOf } from '../model/role.ts';
import type { Hypervisor, ToldVariant, Variants } from './hypervisor.ts';

/** By name: the driver's id, and what it is told. */
export type NamedVariants = Readonly<Record<string, ToldVariant & { readonly hypervisor: string }>>;

/** What a driver takes: its options by a schema, and what makes a driver of its own of them. */
export function variantsBy<Options extends object>(
  schema: z.ZodType<Options> & { readonly shape: object },
  create: (id: string, options: Options) => Hypervisor,
): Variants {
  const options = Object.keys(schema.shape);
  return {
    options,
    create(id, told) {
      const unknown = Object.keys(told).find((name) => !options.includes(name));
      if (unknown !== undefined)
        throw new UserError(`there is no option ${unknown}: use ${options.join(', ')}`);
      const parsed = schema.safeParse(told);
      if (parsed.success) return create(id, parsed.data);
      const [issue] = parsed.error.issues;
      const missing =
        issue?.code === 'invalid_type' && issue.path.length === 1 && !((issue.path[0] as string) in told);
      if (missing) throw new UserError(`it needs the option ${issue.path.join()}`);
      throw new UserError([issue?.path.join('.'), issue?.message].filter(Boolean).join(' '));
    },
  };
}

/**
 * The drivers and, behind them, their variants. Throws UserError for a name that is taken, a driver that is unknown or has
 * none, and an option that it does not take.
 */
export function withVariants(drivers: readonly Hypervisor[], named: NamedVariants = {}): Hypervisor[] {
  const made = Object.entries(named).map(([id, { hypervisor, ...told }]) => {
    const fail = (why: string) => new UserError(`variant ${id}: ${why}`);
    if (drivers.some((driver) => driver.id === id))
      throw fail('there is a hypervisor of this name already: choose another');
    const driver = drivers.find((one) => one.id === hypervisor);
    const able = drivers.filter(({ variants }) => variants).map((one) => one.id);
    if (!driver) throw fail(`unknown hypervisor '${hypervisor}': use one of ${able.join(', ')}`);
    if (!driver.variants) {
      const why = roleOf(driver.id) === 'guest' ? 'takes no options' : 'is what others are compared with';
      throw fail(`${driver.id} ${why}: use one of ${able.join(', ')}`);
    }
    try {
      return driver.variants.create(id, told);
    } catch (error) {
      throw error instanceof UserError ? fail(error.message) : error;
    }
  });
  return [...drivers, ...made];
}

/** Throws UserError for the first variant that names what is not there. */
export async function expectVariants(host: Host, hypervisors: readonly Hypervisor[]): Promise<void> {
  for (const { id, variant } of hypervisors) {
    const missing = (await variant?.missing(host)) ?? null;
    if (missing !== null) throw new UserError(`variant ${id}: ${missing}`);
  }
}

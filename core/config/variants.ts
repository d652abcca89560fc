/** Variants of hypervisors as a user names them: in a configuration, and in a line. */
import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { HypervisorName } from './names.ts';

/** Most of them in one configuration. */
const MOST_VARIANTS = 32;
const MOST_OPTIONS = 32;
const text = z.string().max(4096);
const list = z.array(text).max(256);

/** Names are told in tables, and named on the command line and in folders. */
export const MACHINE_NAME = /^[a-z][a-z0-9-]{0,31}$/;
export const MACHINE_NAME_RULE = 'must be lower-case letters, digits and - (32 at most)';

/** What each option may be is up to the driver. */
const variantSchema = z
  .object({ hypervisor: z.string().min(1).max(64) as unknown as z.ZodType<HypervisorName, HypervisorName> })
  .catchall(
    z.union([text, list, z.record(z.string().max(64), text)], 'must be a text, a list or an object of texts'),
  )
  .refine((variant) => Object.keys(variant).length <= MOST_OPTIONS, `more than ${MOST_OPTIONS} options`);

export const variantsSchema = z
  .record(z.string().regex(MACHINE_NAME, MACHINE_NAME_RULE), variantSchema)
  .refine((variants) => Object.keys(variants).length <= MOST_VARIANTS, `more than ${MOST_VARIANTS} variants`);
export type VariantsConfig = z.infer<typeof variantsSchema>;

const SYNTAX = 'write NAME=HYPERVISOR[,OPTION=VALUE…], with \\, for a comma in a value';

/**
 * `old=qemu-tcg,program=/opt/qemu/bin/qemu-system-x86_64,args=-accel tcg\\,tb-size=64`: options have commas between them; `\\,`
 * is a comma, and `\\\\` a backslash. An option that is repeated is a list. Throws UserError.
 */
export function parseVariant(line: string): VariantsConfig {
  const [head = '', ...options] = splitAtCommas(line);
  const [name, hypervisor] = assignment(head) ?? [];
  if (name === undefined || !hypervisor) throw new UserError(`variant '${line}' is none: ${SYNTAX}`);
  if (!MACHINE_NAME.test(name)) throw new UserError(`variant ${name}: its name ${MACHINE_NAME_RULE}`);
  const told = new Map<string, string | string[]>();
  for (const option of options) {
    const [key, value] = assignment(option) ?? [];
    if (key === undefined || value === undefined || key === 'hypervisor')
      throw new UserError(`variant ${name}: '${option}' is no option: ${SYNTAX}`);
    const before = told.get(key);
    told.set(key, before === undefined ? value : [...[before].flat(), value]);
  }
  return { [name]: { hypervisor, ...Object.fromEntries(told) } };
}

/** Several lines. Throws UserError if two have one name. */
export function parseVariants(lines: readonly string[]): VariantsConfig {
  const variants: VariantsConfig = {};
  for (const line of lines)
    for (const [name, variant] of Object.entries(parseVariant(line))) {
      if (name in variants) throw new UserError(`variant ${name} is named twice: choose another name`);
      variants[name] = variant;
    }
  return variants;
}

function assignment(text: string): [string, string] | null {
  const at = text.indexOf('=');
  return at < 1 ? null : [text.slice(0, at).trim(), text.slice(at + 1)];
}

function splitAtCommas(line: string): string[] {
  const parts = line.match(/(?:\\[\s\S]|[^,\\]|\\$)+|(?<=,)(?=,|$)/g) ?? [];
  return parts.map((part) => part.replace(/\\([,\\])/g, '$1'));
}

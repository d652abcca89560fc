/** What a configuration adds from outside: its type, and the check of its shape. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { PLUGIN_SLOTS } from '../guest/layout.ts';
import type { Hypervisor } from '../hypervisors/hypervisor.ts';
import type { MeasuredSuite } from '../measure/method.ts';
import { PLATFORMS } from '../model/isa.ts';
import type { Report } from '../model/report.ts';

/**
 * Suites, hypervisors and reports of somebody else's, made of the same interfaces as hvbench's own. They are measured,
 * listed, examined and shown like these; docs/adding.md goes through one.
 */
export interface Plugin {
  /** Told in errors, and kept in results: the name of its package, say. */
  readonly name: string;
  /** Kept in results as well. A run is resumed only by the same version. */
  readonly version?: string;
  readonly suites?: readonly MeasuredSuite[];
  readonly hypervisors?: readonly Hypervisor[];
  readonly reports?: readonly Report[];
}

/** What a result keeps of a plugin: functions are no JSON. */
export const pluginNameSchema = z.strictObject({
  name: z.string().regex(/^[\w@][\w./@-]{0,63}$/, 'must be a word, such as the name of a package'),
  version: z.string().min(1).max(64).optional(),
});
export type PluginName = z.infer<typeof pluginNameSchema>;

/** At most so many plugins, and parts of each kind in one. */
export const MOST_PLUGINS = 16;
const MOST_PARTS = 32;

const aFunction = z.custom((value) => typeof value === 'function', 'is no function');
/** Names are told in tables and named on the command line. */
const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and - (32 at most)');
const line = z.string().min(1).max(4096);
/** An object that may have more than is named here: a driver may be of a class. */
const having = <S extends z.ZodRawShape>(shape: S) => z.looseObject(shape);

const imageSchema = z.enum(['linux', 'bare', 'initramfs']).nullable();

const hypervisorSchema = having({
  id,
  runtimes: having({ bare: imageSchema, linux: imageSchema }),
  probe: aFunction,
  launch: aFunction,
  verify: aFunction,
  files: aFunction.optional(),
  variants: having({ options: z.array(z.string()), create: aFunction }).optional(),
  commands: having({ lack: aFunction, launch: aFunction }).optional(),
  vmGroups: having({ lack: aFunction, launchMany: aFunction }).optional(),
  elsewhere: having({ stolen: aFunction, place: aFunction, state: aFunction }).optional(),
});

const workloadSchema = having({
  name: id,
  title: line,
  exposes: line,
  source: z.string().regex(/^\w[\w-]*\.c$/, 'must be the name of a C file'),
  entry: z.string(),
  argument: aFunction.optional(),
});

/** A schema of zod, or something that does as well. */
const aSchema = having({ safeParse: aFunction });

const methodSchema = having({
  weight: z.number().positive().max(100),
  measure: aFunction,
  entries: z.record(z.string().max(64), having({ schema: aSchema, most: z.int().positive().max(1e6) })),
  detail: aSchema,
  summarize: aFunction,
  rows: aFunction,
  present: aFunction.optional(),
  formerList: z.undefined('is of suites that hvbench had before').optional(),
});

const suiteSchema = having({
  name: id,
  title: line,
  slot: z
    .int()
    .min(PLUGIN_SLOTS.first, `must be from ${PLUGIN_SLOTS.first} to ${PLUGIN_SLOTS.last}`)
    .max(PLUGIN_SLOTS.last, `must be from ${PLUGIN_SLOTS.first} to ${PLUGIN_SLOTS.last}`)
    .optional(),
  folder: z.string().refine(isAbsolute, 'must be a whole path').optional(),
  platform: z.enum(PLATFORMS).optional(),
  selfTest: z.boolean().optional(),
  method: methodSchema.optional(),
  workloads: z.array(workloadSchema).max(PLUGIN_SLOTS.files),
  operations: z.array(z.unknown()).max(0, "are of hvbench's own kernel: a plugin has none").optional(),
  rows: aFunction.optional(),
}).superRefine((suite, context) => {
  const wrong = (message: string, ...path: PropertyKey[]) =>
    context.addIssue({ code: 'custom', message, path });
  const { name, workloads, method, slot, folder } = suite;
  if (method && workloads.length > 0) wrong('must be none, since it has a method of its own', 'workloads');
  if (!method && workloads.length === 0) wrong('must be some, or it needs a method of its own', 'workloads');
  if (workloads.length > 0 && slot === undefined) wrong('is missing: where its workloads are linked', 'slot');
  if (workloads.length > 0 && folder === undefined) wrong('is missing: where its C files are', 'folder');
  for (const [index, { entry }] of workloads.entries())
    if (!entry.startsWith(`${name}/`) || entry.length > 31)
      wrong(`must be ${name}/ and a name, 31 characters at most`, 'workloads', index, 'entry');
});

const reportSchema = having({ name: id, write: aFunction });

const shapeSchema = z
  .strictObject({
    ...pluginNameSchema.shape,
    suites: z.array(suiteSchema).max(MOST_PARTS).optional(),
    hypervisors: z.array(hypervisorSchema).max(MOST_PARTS).optional(),
    reports: z.array(reportSchema).max(MOST_PARTS).optional(),
  })
  .refine(
    ({ suites = [], hypervisors = [], reports = [] }) =>
      suites.length + hypervisors.length + reports.length > 0,
    'it brings no suite, no hypervisor and no report',
  );

/** A plugin as it was given, functions and classes included; an issue says whose it is and what is wrong with it. */
export const pluginSchema = z.custom<Plugin>().superRefine((given, context) => {
  const [issue] = shapeSchema.safeParse(given).error?.issues ?? [];
  if (issue)
    context.addIssue({ code: 'custom', message: `${whose(given, issue.path)} ${issue.message}`.trim() });
});

const KINDS: Readonly<Record<string, string>> = {
  suites: 'suite',
  hypervisors: 'hypervisor',
  reports: 'report',
};

/** `plugin toy: hypervisor nice: probe`: in the words of whoever wrote it. */
function whose(given: unknown, path: readonly PropertyKey[]): string {
  const called = (value: unknown) => {
    const { name, id } = Object(value) as { readonly name?: unknown; readonly id?: unknown };
    const word = typeof name === 'string' ? name : id;
    return typeof word === 'string' ? word : null;
  };
  const [kind = '', index = '', ...rest] = path.map(String);
  const title = `plugin ${called(given) ?? 'without a name'}:`;
  if (!(kind in KINDS) || index === '') return [title, ...path.map(String)].join(' ');
  const part = (Object(given) as Record<string, Record<string, unknown>>)[kind]?.[index];
  return `${title} ${KINDS[kind]} ${called(part) ?? index}: ${rest.join('.')}`;
}

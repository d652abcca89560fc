/** Options that several commands have, and what reads the arguments of all. */
import { InvalidArgumentError, Option } from 'commander';
import { profiles } from '../config/profiles.ts';
import { ISAS } from '../model/isa.ts';
import { outputsIn } from './outputs.ts';

export const KERNEL = [
  '--kernel <file>',
  'a Linux kernel (bzImage) for guests of its ISA; repeat it for each ISA',
  (file: string, earlier: string[] = []) => [...earlier, file],
] as const;

export const CONFIG = [
  '--config <file>',
  'configuration file (default: bench.config.ts, if it exists)',
] as const;
export const PLUGINS = [
  '--config <file>',
  'configuration file with plugins (default: as for hvbench run)',
] as const;

export const COUNTS = [
  '--exits <dir>',
  'predict of claims that cannot be tested here, by a result whose exits were counted with shadow paging',
] as const;
export const VARIANT = [
  '--variant <name=hypervisor[,option=value…]>',
  'another build of a hypervisor, or one that is told otherwise; may be repeated',
  (line: string, earlier: string[] = []) => [...earlier, line],
] as const;

export const MACHINE = [
  '--machine <name=ssh://[user@]host[:port]>',
  'a machine on another computer, by SSH; may be repeated',
  (line: string, earlier: string[] = []) => [...earlier, line],
] as const;

export const NATIVE = [
  '--reference <name>',
  'the machine by SSH that is native, to compare the others with (default: this computer)',
] as const;

export const WAIT = [
  '--wait',
  'wait without limit if another hvbench measures on the same CPU (default: 60 s)',
] as const;

export const CPU = [
  '--cpu <number>',
  'CPU that measures (default: the last one that may be used; isolated ones first)',
  whole,
] as const;

export const SUITES = ['--suite <names>', 'suites, separated by commas', names] as const;
export const WORKLOADS = ['--workload <names>', 'workloads, separated by commas', names] as const;
export const HYPERVISORS = [
  '--hypervisor <names>',
  'hypervisors, separated by commas; native always runs',
  names,
] as const;
export const ISA = ['--isa <names>', 'x86_64, i386 or both', isas] as const;
export const SEED = ['--seed <number>', 'seed for the random order', whole] as const;
export const MIN_EFFECT = [
  '--min-effect <percent>',
  'ignore changes up to this (default: 1)',
  positive,
] as const;
export const MACHINES = [
  '--machines <number>',
  'maximum number of machines, for the suites density and consolidation',
  count,
] as const;

export function profileOption(): Option {
  return new Option('--profile <name>', 'how thorough: more is slower, with narrower CIs').choices(
    Object.keys(profiles),
  );
}

/** The same of every command that shows what it found. */
export function formatOption(known: readonly string[]): Option {
  return new Option(
    '--format <name[=file]>',
    `output format: ${known.join(', ')}; to a file, or to standard output; may be repeated`,
  ).argParser(outputsIn(known));
}

/** An option that is repeated names more. */
export function names(text: string, earlier: string[] = []): string[] {
  const named = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (named.length === 0) throw new InvalidArgumentError('Name at least one.');
  return [...earlier, ...named];
}

export function isas(text: string, earlier: string[] = []): string[] {
  const named = names(text, earlier);
  const known: readonly string[] = ISAS;
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Unknown ISA '${unknown}': use ${known.join(' or ')}.`);
  return named;
}

export function path(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

export function count(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1)) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return value;
}

export function whole(text: string): number {
  const value = Number(text);
  if (!(text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff)) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  }
  return value;
}

/** Damage to a value from JSON, by chance: what a broken disk, another program or a bad joke may make of a file. */
import type { Random } from '../../core/stats/random.ts';

type Json = unknown;
type Place = { readonly holder: Record<string, Json>; readonly key: string };

/** Stands for lists in lists, so deep that to write them as JSON would overflow the stack. */
const DEEP = '@deep@';
const LEVELS = 100_000;

/** As JSON. */
export function textOf(value: Json): string {
  return JSON.stringify(value).replace(JSON.stringify(DEEP), `${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}`);
}

const NUMBERS: readonly Json[] = [
  ...[0, -0, -1, 0.5, -1e-9, 1e-300, 1e9, 1e15, -1e15, 1e18, 1e99, 1e300, -1e300],
  ...[Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53],
];
const TEXTS: readonly Json[] = [
  ...[
    '',
    ' ',
    'native',
    'kvm',
    'control',
    'x86_64',
    'hosted',
    'failed',
    'unavailable',
    '__proto__',
    'constructor',
  ],
  ...['-1', '2026-01-01T00:00:00Z', '\u001b[2J\u202e\n|<b>&"\'=1+1', '\ud800', 'long '.repeat(819)],
];
const OTHERS: readonly Json[] = [
  ...[null, true, [], {}, DEEP, 'far too long '.repeat(5000)],
  Array.from({ length: 3000 }, () => 1e-300),
];

/** Mostly of the same kind, so that more than the check of kinds is put to the test. */
function otherThan(own: Json, random: Random): Json {
  if (random.nextInt(5) > 0) {
    if (typeof own === 'number') return pick(NUMBERS, random);
    if (typeof own === 'string') return pick(TEXTS, random);
    if (typeof own === 'boolean') return !own;
  }
  return pick([...NUMBERS, ...TEXTS, ...OTHERS], random);
}

function places(value: Json): Place[] {
  if (value === null || typeof value !== 'object') return [];
  const holder = value as Record<string, Json>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...places(holder[key])]);
}

const pick = <T>(items: readonly T[], random: Random): T => items[random.nextInt(items.length)] as T;

/** A copy with one to three damages. */
export function mutate<T>(value: T, random: Random): T {
  const root = { value: structuredClone(value) as Json };
  for (let damages = 1 + random.nextInt(3); damages > 0; damages--) {
    const all = places(root.value);
    if (all.length === 0) break;
    // Most places are deep in lists of samples; what is near the top is to be hit as well.
    const { holder, key } = pick(random.nextInt(2) === 0 ? all : all.slice(0, 400), random);
    damage(holder, key, all, random);
  }
  return root.value as T;
}

function damage(holder: Record<string, Json>, key: string, all: readonly Place[], random: Random): void {
  const own = holder[key];
  switch (random.nextInt(8)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return;
    case 1: {
      const other = pick(all, random);
      // No value may come to hold itself.
      holder[key] = structuredClone(other.holder[other.key]);
      return;
    }
    case 2:
      if (Array.isArray(own) && own.length > 0)
        holder[key] = Array.from({ length: 1 + random.nextInt(2000) }, (_, index) => own[index % own.length]);
      else if (typeof own === 'number') holder[key] = -own;
      return;
    case 3:
      if (typeof own === 'number') holder[key] = own * 10 ** (random.nextInt(40) - 20);
      else if (Array.isArray(own)) holder[key] = own.slice(0, random.nextInt(own.length + 1));
      return;
    default:
      holder[key] = structuredClone(otherThan(own, random));
  }
}

/** The same of a file of lines, each a value of its own; some lines may change places, be there twice or be cut. */
export function mutateLines(lines: readonly Json[], random: Random): string {
  const damaged = lines.map((line) => JSON.stringify(line));
  for (let damages = 1 + random.nextInt(3); damages > 0; damages--) {
    const at = random.nextInt(3) === 0 ? 0 : random.nextInt(damaged.length);
    const line = damaged[at] as string;
    switch (random.nextInt(8)) {
      case 0:
        damaged.splice(at, 1);
        break;
      case 1:
        damaged.splice(random.nextInt(damaged.length), 0, line);
        break;
      case 2:
        damaged[at] = line.slice(0, random.nextInt(line.length));
        break;
      case 3:
        damaged.splice(at, 0, ...Array.from({ length: 300 }, () => line));
        break;
      default:
        damaged[at] = textOf(mutate(lines[Math.min(at, lines.length - 1)], random));
    }
    if (damaged.length === 0) break;
  }
  return damaged.map((line) => `${line}\n`).join('');
}

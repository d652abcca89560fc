/** Counts of exits in words, and whose they are. */
import type { CountedMachine } from '../../core/judge/exits/machine.ts';
import type { Footing } from '../../core/results/schema.ts';

const TECHNIQUES: Readonly<Record<CountedMachine['technique'], string>> = {
  bare: 'bare',
  interpretation: 'interpretation',
  'binary-translation': 'binary translation',
  'direct-execution': 'direct execution',
  'amd-v': 'AMD-V',
  'vt-x': 'VT-x',
  unknown: 'technique unknown',
};

const FOOTINGS: Readonly<Record<Footing, string>> = {
  hardware: 'on the hardware',
  dom0: 'in dom0',
  nested: 'nested, at level 2',
  emulated: 'on an emulated CPU',
};

/** To two decimals, without a sign before zero. */
export function countText(count: number): string {
  return (Math.round(count * 100) / 100 || 0).toLocaleString('en', { maximumFractionDigits: 2 });
}

/** "page-fault 1, other 1", the most frequent first; without what rounds to none. Of `per` iterations or operations. */
export function countsPhrase(
  counts: readonly (readonly [reason: string, count: number])[],
  per: number,
): string {
  return counts
    .map(([reason, count]) => [reason, count * per] as const)
    .filter(([, count]) => countText(count) !== '0')
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${countText(count)}`)
    .join(', ');
}

/** "kvm, AMD-V with shadow paging, on an emulated CPU" */
export function machineText({ hypervisor, technique, paging, footing }: CountedMachine): string {
  const how = [TECHNIQUES[technique], paging?.replace('-', ' ')].filter(Boolean).join(' with ');
  return `${hypervisor}, ${how}, ${FOOTINGS[footing]}`;
}

/** In a word: "nested" would be read as paging. */
const PLACES: Readonly<Record<Footing, string | null>> = {
  hardware: null,
  dom0: 'in dom0',
  nested: 'at level 2',
  emulated: 'emulated',
};

/** Short enough for the head of a column: "kvm AMD-V shadow emulated". */
export function machineHead({ hypervisor, technique, paging, footing }: CountedMachine): string {
  const how = TECHNIQUES[technique].replace(' execution', '');
  return [hypervisor, how, paging?.replace('-paging', ''), PLACES[footing]].filter(Boolean).join(' ');
}

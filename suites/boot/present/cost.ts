/** What a role's size costs: a whole base system against our program alone, and that against no operating system. */

import type { TextCell, TextTable } from '../../../core/model/section.ts';
import { bytesText, clip, durationText } from '../../../core/present/format.ts';
import type { Interval, Result } from '../../../core/results/schema.ts';
import { createRandom, deriveSeed, differenceInterval, median } from '../../../core/stats/index.ts';
import type { BootCache, BootResult } from '../schema.ts';
import { BOOT_LABEL_LENGTH, type Booted, type BootSample, milliseconds, NOTHING, NS_PER_MS } from './rows.ts';

/** Each pair of roles that is compared: the smaller, then the larger. */
const STEPS = [
  ['minimal', 'full'],
  ['bare', 'minimal'],
] as const;

type Of = (sample: BootSample) => number | null;

const ready: Of = ({ milestonesMs }) => milestonesMs.ready;
const cpu: Of = ({ cpuMs }) => cpuMs;
const memory: Of = ({ proportionalBytes }) => proportionalBytes;

function plus(text: string): string {
  return text.startsWith('-') ? text.replace('-', '−') : `+${text}`;
}

/** How much more time the larger role takes, with the interval of the difference if both have two launches. */
export function difference(
  small: BootResult | undefined,
  large: BootResult | undefined,
  of: Of,
  { seed, plan }: Pick<Result, 'seed' | 'plan'>,
): Interval | { readonly estimate: number } | null {
  const values = (row: BootResult | undefined) =>
    (row?.samples ?? []).flatMap((sample) => {
      const value = of(sample);
      return value === null ? [] : [{ launch: sample.launch, values: [value] }];
    });
  const [before, after] = [values(small), values(large)];
  if (before.length === 0 || after.length === 0) return null;
  const random = createRandom(
    deriveSeed(seed, 'role', `${large?.hypervisor} ${large?.role} ${large?.cache}`),
  );
  const middle = (launches: typeof before) => median(launches.map(({ values: [value = 0] }) => value));
  return (
    differenceInterval(before, after, { resamples: plan.resamples, random }) ?? {
      estimate: middle(after) - middle(before),
    }
  );
}

function timeCell(more: ReturnType<typeof difference>): TextCell {
  if (more === null) return NOTHING;
  if (!('low' in more)) return { text: plus(milliseconds(more.estimate).text), range: '(no CI)' };
  const { value, range } = durationText({
    estimate: more.estimate * NS_PER_MS,
    low: more.low * NS_PER_MS,
    high: more.high * NS_PER_MS,
  });
  return { text: plus(value), range };
}

function bytesCell(more: { readonly estimate: number } | null): TextCell {
  if (more === null) return NOTHING;
  return { text: `${more.estimate < 0 ? '−' : '+'}${bytesText(Math.abs(more.estimate))}` };
}

/** Bytes that a guest is started from. */
function imageSize({ imageBytes, kernelBytes }: BootResult): number | null {
  return imageBytes === null ? null : imageBytes + (kernelBytes ?? 0);
}

/** No table if no machine was measured in two roles. */
export function roleCosts(result: Booted): TextTable[] {
  const { boots } = result;
  const rows = boots
    .filter((large) => large.cache === 'warm' && large.launches > 0)
    .flatMap((large) => {
      const step = STEPS.find(([, role]) => role === large.role);
      const role = (name: string | undefined, cache: BootCache) =>
        boots.find(
          (row) =>
            row.hypervisor === large.hypervisor &&
            row.machineType === large.machineType &&
            row.isa === large.isa &&
            row.role === name &&
            row.cache === cache,
        );
      const small = role(step?.[0], 'warm');
      if (!step || !small || small.launches === 0) return [];
      const [from, to] = [imageSize(small), imageSize(large)];
      const machine = [large.hypervisor, large.machineType, large.isa === 'x86_64' ? '' : `(${large.isa})`];
      return [
        [
          { text: clip(`${machine.filter(Boolean).join(' ')}: ${step[1]} − ${step[0]}`, BOOT_LABEL_LENGTH) },
          bytesCell(from === null || to === null ? null : { estimate: to - from }),
          timeCell(difference(small, large, ready, result)),
          timeCell(difference(role(step[0], 'cold'), role(step[1], 'cold'), ready, result)),
          timeCell(difference(small, large, cpu, result)),
          bytesCell(difference(small, large, memory, result)),
        ],
      ];
    });
  if (rows.length === 0) return [];
  return [
    {
      title: "What a role's size costs",
      about:
        'Differences between two roles of the same machine, with 95 % CIs. Bare: our image without an operating system. Minimal: a Linux kernel with our program as its only process. Full: the same, plus the files of a whole base system in the initramfs, unpacked but not used. Loaded: kernel and initramfs.',
      head: ['machine, roles', 'loaded', 'ready', 'ready, cold', 'CPU time', 'memory'],
      rows,
      notes: [],
    },
  ];
}

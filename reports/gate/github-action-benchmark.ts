/**
 * What was measured now, for https://github.com/benchmark-action/github-action-benchmark, whose tool
 * `customSmallerIsBetter` keeps a history of it and draws it.
 */
import type { Gate } from '../../core/judge/gate/gate.ts';
import { overheadPhrase, plainDeep } from '../../core/present/format.ts';
import { halfWidth } from '../../core/stats/interval.ts';
import { minimumEffectText, seriesName } from './view.ts';

/** The action puts names into a table of Markdown, as code, and does not escape them. */
const ENDS_CODE = /[`|]/g;

/** A fraction in per cent, to four decimals. */
function percent(fraction: number): number {
  return Number((fraction * 100).toFixed(4));
}

/** Guest time in per cent of native time (100 is native): the action divides values, and overheads may be 0. */
export function renderGithubActionBenchmark(raw: Gate): string {
  const benchmarks = plainDeep(raw.rows).map((row) => ({
    name: seriesName(row).replace(ENDS_CODE, '_'),
    unit: '% of native time',
    value: percent(1 + row.after.estimate),
    range: `± ${percent(halfWidth(row.after))}`,
    extra: [
      `overhead ${overheadPhrase(row.after)}`,
      `in the baseline ${overheadPhrase(row.before)}`,
      `change ${overheadPhrase(row.change)}, minimum effect ${minimumEffectText(row.minimumEffect)}: ${row.verdict}`,
    ].join('\n'),
  }));
  return `${JSON.stringify(benchmarks, null, 1)}\n`;
}

/**
 * Ratios candidate ÷ base for services that keep a history of them: github-action-benchmark (tools `customSmallerIsBetter`
 * and `customBiggerIsBetter`), and Bencher's Metric Format.
 */
import { groupBy } from '../../core/group-by.ts';
import { type Ab, type AbFigure, figureName } from '../../core/judge/ab/ab.ts';
import type { Metric } from '../../core/model/row.ts';
import { clip, overheadPhrase, plainDeep } from '../../core/present/format.ts';
import { halfWidth } from '../../core/stats/interval.ts';
import { effectText } from './view.ts';

/** The action puts names into a table of Markdown, as code, and does not escape them. */
const ENDS_CODE = /[`|]/g;
/** UTF-16 units: Bencher allows 1024 bytes for the name of a benchmark, and a unit takes up to three. */
const NAME_UNITS = 340;

const percent = (fraction: number) => Number((fraction * 100).toFixed(4));

/** In per cent of the base (100 is no change): the action divides values, and changes may be 0. */
function benchmarks(raw: Ab, better: Metric['better']): string {
  const { figures, base, candidate } = plainDeep(raw);
  const found = figures
    .filter((figure) => figure.better === better)
    .map((figure) => ({
      name: `${candidate.id}: ${figureName({ ...figure, title: figure.metric })}`.replace(ENDS_CODE, '_'),
      unit: `% of ${base.id}`,
      value: percent(1 + figure.change.estimate),
      range: `± ${percent(halfWidth(figure.change))}`,
      extra: `change ${overheadPhrase(figure.change)}, minimum effect ${effectText(figure)}: ${figure.verdict}`,
    }));
  return `${JSON.stringify(found, null, 1)}\n`;
}

/** Figures of which less is better. */
export const renderSmallerIsBetter = (ab: Ab): string => benchmarks(ab, 'lower');
/** Figures of which more is better. */
export const renderBiggerIsBetter = (ab: Ab): string => benchmarks(ab, 'higher');

export function renderBencher(raw: Ab): string {
  const { figures, candidate } = plainDeep(raw);
  const name = ({ metric: _, title: __, ...figure }: AbFigure) =>
    clip(`${candidate.id}: ${figureName({ ...figure, metric: null })}`, NAME_UNITS);
  const measure = ({ change: { estimate, low, high } }: AbFigure) => ({
    value: 1 + estimate,
    lower_value: 1 + low,
    upper_value: 1 + high,
  });
  const rows = [...groupBy(figures, name)].map(([row, own]) => [
    row,
    Object.fromEntries(own.map((figure) => [`${slug(figure.metric)}-ratio`, measure(figure)])),
  ]);
  return `${JSON.stringify(Object.fromEntries(rows), null, 1)}\n`;
}

const slug = (metric: string) => metric.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

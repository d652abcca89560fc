/** Charts of intervals as inline SVG: a row each, its name and its figure above its line. Colours are of the page's style. */
import { clip, overheadText } from '../../core/present/format.ts';
import type { Interval } from '../../core/results/schema.ts';
import { axisOf } from './axis.ts';
import { html, type Markup, type Piece } from './html.ts';

/** Of the view box: about the width of a phone, so that its texts are not made smaller there. */
const WIDTH = 360;
const EDGE = 12;
const ROW = 36;
const AXIS = 24;
const LONGEST_LABEL = 24;

export interface ChartRow {
  readonly label: string;
  /** A fraction; native is 0. */
  readonly overhead: Interval;
  /** Stands back: the control, whose distance from native is the noise. */
  readonly quiet?: boolean;
  /** Of how many results. */
  readonly results: number;
  /** Further attributes, with a space before each. */
  readonly attributes?: Piece;
}

/** `id` has to be unique in the page. The table that has the same figures is what a screen reader reads. */
export function chartOf(id: string, title: string, rows: readonly ChartRow[]): Markup {
  const inner = WIDTH - 2 * EDGE;
  const axis = axisOf(
    rows.map(({ overhead }) => overhead),
    inner,
  );
  const height = rows.length * ROW + AXIS;
  const bottom = height - AXIS;
  const x = (overhead: number) => (EDGE + axis.at(overhead)).toFixed(1);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" data-row="${ROW}" data-axis="${AXIS}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${describe(rows)} The table below has all figures.</desc>
${axis.ticks.map(
  ({
    at,
    label,
  }) => html`<line class="${label === 'native' ? 'native' : 'grid'}" x1="${(EDGE + at).toFixed(1)}" x2="${(EDGE + at).toFixed(1)}" y1="0" y2="${bottom}"/>
<text class="tick" x="${Math.min(WIDTH - 20, Math.max(20, EDGE + at)).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${label}</text>
`,
)}${rows.map(({ label, overhead, quiet = false, results, attributes }, index) => {
  const { value, range } = overheadText(overhead);
  const top = index * ROW;
  const beyond = axis.isBeyond(overhead.low) || axis.isBeyond(overhead.high);
  return html`<g class="${quiet ? 'quiet-row' : 'row'}"${attributes}>
<text class="label" x="${EDGE}" y="${top + 14}">${clip(label, LONGEST_LABEL)}</text>
<text class="value" x="${WIDTH - EDGE}" y="${top + 14}" text-anchor="end"><tspan class="estimate">${value}</tspan> ${range}${results > 1 && ` of ${results}`}${beyond && ' …'}</text>
<line class="interval" x1="${x(overhead.low)}" x2="${x(overhead.high)}" y1="${top + 25}" y2="${top + 25}"/>
<circle cx="${x(overhead.estimate)}" cy="${top + 25}" r="4.5"/>
</g>
`;
})}</svg>`;
}

function describe(rows: readonly ChartRow[]): string {
  const words = rows.map(({ label, overhead }) => {
    const { value, range } = overheadText(overhead);
    return `${label} ${[value, range].filter(Boolean).join(' ')}`;
  });
  return `Overhead against native, with intervals: ${words.join('; ')}.`;
}

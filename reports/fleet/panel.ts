/** One figure of a fleet as a part of an SVG: each host a dot with its own interval, the mean over hosts as a line in its band. */
import { htmlEscape } from 'escape-goat';
import { clip } from '../../core/present/format.ts';
import type { FleetFigure, Reading } from '../../core/results/fleet/schema.ts';
import { type PanelScale, scaleOf } from './scale.ts';
import { figureName, ratioPhrase, scopeName } from './view.ts';

export const WIDTH = 960;
/** Where names of hosts end, and the plot begins and ends. */
const [NAMES, FROM, TO] = [158, 170, 944];
const [HEAD, FOOT] = [26, 26];
/** Up to so many hosts are named, and up to so many have a dot each; more are counted in columns. */
const [MOST_NAMED, MOST_DOTS] = [16, 60];
const [NAMED_ROW, DOT_ROW, COLUMNS_HEIGHT] = [16, 5, 84];
/** The most that still are wide enough to be seen apart. */
const MOST_COLUMNS = 86;
const LONGEST_NAME = 22;
const LONGEST_TITLE = 80;
/** On white. */
export const INK = {
  ...{
    text: '#222222',
    muted: '#555555',
    line: '#e4e4e4',
    band: '#cfe3f2',
    mean: '#00548a',
    host: '#0072b2',
  },
  apart: '#767676',
} as const;

interface Dot {
  readonly reading: Reading;
  readonly counted: boolean;
}

export interface Panel {
  readonly height: number;
  /** Markup, from a top edge at `top`. */
  readonly draw: (top: number) => string;
}

/** `title`: of what it is, beyond the figure's own name. The figure has at least one reading, counted or not. */
export function panelOf(figure: FleetFigure, title: string, names: (place: number) => string): Panel {
  const dots = [
    ...figure.readings.map((reading): Dot => ({ reading, counted: true })),
    ...figure.apart.map((reading): Dot => ({ reading, counted: false })),
  ].sort((a, b) => a.reading[1] - b.reading[1]);
  const single = dots.length <= MOST_DOTS;
  const row = dots.length <= MOST_NAMED ? NAMED_ROW : DOT_ROW;
  const plot = single ? dots.length * row + 6 : COLUMNS_HEIGHT;
  const { interval } = figure;
  const mean = interval ? [{ low: Math.log(interval.low), high: Math.log(interval.high) }] : [];
  const own = single ? dots.flatMap(({ reading: [, , low, high] }) => endsOf(low, high)) : [];
  const scale = scaleOf(
    dots.map(({ reading: [, ratio] }) => Math.log(ratio)),
    [...mean, ...own],
  );
  const x = (log: number) =>
    Number((FROM + ((clamp(log, scale) - scale.min) / (scale.max - scale.min)) * (TO - FROM)).toFixed(1));
  return {
    height: HEAD + plot + FOOT,
    draw: (top) =>
      [
        headSvg(figure, title, top),
        frameSvg(figure, scale, x, top + HEAD, plot),
        single
          ? dots
              .map((dot, index) => dotSvg(dot, names, x, top + HEAD + 3 + (index + 0.5) * row, row))
              .join('')
          : columnsSvg(dots, x, top + HEAD + plot),
        meanSvg(figure, x, top + HEAD, plot),
      ].join('\n'),
  };
}

type Place = (log: number) => number;

const clamp = (log: number, { min, max }: PanelScale) => Math.min(max, Math.max(min, log));

const endsOf = (low: number | null, high: number | null) =>
  low === null || high === null ? [] : [{ low: Math.log(low), high: Math.log(high) }];

function headSvg(figure: FleetFigure, title: string, top: number): string {
  const { hosts, leftOut, target } = figure;
  const name = [title, `${target.hypervisor} on ${scopeName(figure)}`, figureName(figure)]
    .filter(Boolean)
    .join(', ');
  const of = leftOut > 0 ? `${hosts} of ${hosts + leftOut} hosts` : `${hosts} hosts`;
  return (
    htmlEscape`<text x="12" y="${top + 17}" font-weight="bold" fill="${INK.text}">${clip(name, LONGEST_TITLE)}</text>` +
    htmlEscape`<text x="${TO}" y="${top + 17}" text-anchor="end" fill="${INK.mean}">${`${ratioPhrase(figure)}, ${of}`}</text>`
  );
}

/** The band of the mean, the grid with its labels, and native if it is in sight. */
function frameSvg(
  { interval }: FleetFigure,
  scale: PanelScale,
  x: Place,
  top: number,
  height: number,
): string {
  const bottom = top + height;
  const band = interval ? [x(Math.log(interval.low)), x(Math.log(interval.high))] : [];
  const [from = 0, to = 0] = band;
  return [
    `<rect x="${FROM}" y="${top}" width="${TO - FROM}" height="${height}" fill="#fafafa"/>`,
    ...(interval
      ? [
          `<rect x="${from}" y="${top}" width="${Math.max(1, to - from).toFixed(1)}" height="${height}" fill="${INK.band}"/>`,
        ]
      : []),
    ...scale.ticks.map(({ value, label }) => {
      const at = x(value);
      const native = label === 'native';
      return (
        `<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom + 4}" stroke="${native ? INK.text : INK.line}"/>` +
        htmlEscape`<text x="${at}" y="${bottom + 17}" text-anchor="middle" font-size="11" fill="${INK.muted}">${label}</text>`
      );
    }),
  ].join('');
}

function meanSvg({ ratio }: FleetFigure, x: Place, top: number, height: number): string {
  if (ratio === null) return '';
  const at = x(Math.log(ratio));
  return `<line x1="${at}" x2="${at}" y1="${top}" y2="${top + height}" stroke="${INK.mean}" stroke-width="2"/>`;
}

function dotSvg(
  { reading, counted }: Dot,
  names: (place: number) => string,
  x: Place,
  y: number,
  row: number,
): string {
  const [place, ratio, low, high] = reading;
  const colour = counted ? INK.host : INK.apart;
  const [end] = endsOf(low, high);
  const named = row === NAMED_ROW;
  const name = counted ? names(place) : `${names(place)} (left out)`;
  return [
    ...(named
      ? [
          htmlEscape`<text x="${NAMES}" y="${y + 4}" text-anchor="end" font-size="11" fill="${colour}">${clip(name, LONGEST_NAME)}</text>`,
        ]
      : []),
    ...(end
      ? [
          `<line x1="${x(end.low)}" x2="${x(end.high)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="${named ? 1.5 : 0.8}"/>`,
        ]
      : []),
    `<circle cx="${x(Math.log(ratio))}" cy="${y}" r="${named ? 3.5 : 2.2}" fill="${counted ? colour : '#ffffff'}" stroke="${colour}">${htmlEscape`<title>${name}</title>`}</circle>`,
  ].join('');
}

/** How many hosts lie where: those that are left out stand on top, paler. */
function columnsSvg(dots: readonly Dot[], x: Place, bottom: number): string {
  // With more columns than this, chance makes them ragged.
  const length = Math.min(MOST_COLUMNS, Math.ceil(2 * Math.sqrt(dots.length)));
  const width = (TO - FROM) / length;
  const columns = Array.from({ length }, () => ({ counted: 0, apart: 0 }));
  for (const { reading, counted } of dots) {
    const index = Math.min(length - 1, Math.floor((x(Math.log(reading[1])) - FROM) / width));
    const column = columns[index];
    if (column) column[counted ? 'counted' : 'apart']++;
  }
  const most = columns.reduce((largest, { counted, apart }) => Math.max(largest, counted + apart), 1);
  const unit = (COLUMNS_HEIGHT - 10) / most;
  const bar = (left: number, from: number, hosts: number, fill: string) =>
    hosts === 0
      ? ''
      : `<rect x="${left}" y="${(bottom - (from + hosts) * unit).toFixed(1)}" width="${(width - 1).toFixed(1)}" height="${(hosts * unit).toFixed(1)}" fill="${fill}"/>`;
  return [
    `<text x="${NAMES}" y="${bottom - COLUMNS_HEIGHT + 14}" text-anchor="end" font-size="11" fill="${INK.muted}">${most} hosts</text>`,
    `<text x="${NAMES}" y="${bottom}" text-anchor="end" font-size="11" fill="${INK.muted}">0</text>`,
    ...columns.map(({ counted, apart }, index) => {
      const left = Number((FROM + index * width).toFixed(1));
      return bar(left, 0, counted, INK.host) + bar(left, counted, apart, '#b5b5b5');
    }),
  ].join('');
}

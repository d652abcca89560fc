/** What the PNG charts share: rows under headings, the axis of overheads, the claimed bands, the title. */

import { clip, dateTime } from '../../core/present/format.ts';
import type { Result } from '../../core/results/schema.ts';
import { virtualizationOf } from '../host.ts';
import { wrap } from '../wrap.ts';
import type { Axis, AxisBand } from './axis.ts';

export const WIDTH = 1200;
const ROW_HEIGHT = 25;
/** Marks that are nearer than this hide one another. */
const MARK_HEIGHT = 8;
/** Title, legend and axis. */
const MARGINS = 230;
/** The characters of a subtitle that fit on one line of {@link WIDTH}. */
const LINE_LENGTH = 140;

/** The characters of a note that leave the points beside it in sight; beside a heading there are none. */
const NOTE_LENGTH = 90;
export const HEADING_NOTE_LENGTH = 130;

const MUTED = '#555555';
const BAND_FILL = 'rgba(240, 200, 60, 0.28)';
/** Behind a heading. */
export const HEADING_STRIP = 'rgba(90, 110, 140, 0.13)';

/** What a picture says of the run that it is from. */
export type RunOrigin = Pick<Result, 'host' | 'startedAt' | 'tool'>;

export interface Line {
  readonly label: string;
  readonly heading: boolean;
  /** Shown within the chart: means beside a heading, what is missing beside a workload. */
  readonly note: string;
}

/** An empty first line has room for the names of the bands. */
export const BAND_LINE: Line = { label: '', heading: false, note: '' };

/** The tallest picture, in units of two pixels: to draw it takes 200 MB. */
export const MOST_HEIGHT = 10_000;
/** Of a line; more marks than that come to lie on one another. */
const MOST_ROW_HEIGHT = 400;

function rowHeight(marks: number): number {
  return Math.min(Math.max(ROW_HEIGHT, marks * MARK_HEIGHT), MOST_ROW_HEIGHT);
}

/** `marks`: the most that stand below one another on a line. */
export function sizeOf(lines: readonly Line[], marks = 1) {
  return { width: WIDTH, height: MARGINS + lines.length * rowHeight(marks) };
}

/** How many lines a picture has room for, the first one of the bands not counted. */
export function roomFor(marks = 1): number {
  return Math.floor((MOST_HEIGHT - MARGINS) / rowHeight(marks)) - 1;
}

/** The horizontal axis of overheads, as a Chart.js scale. */
export function overheadScale(axis: Axis, title: string) {
  return {
    type: 'linear' as const,
    min: axis.min,
    max: axis.max,
    title: { display: true, text: title },
    afterBuildTicks: (scale: { ticks: unknown[] }) => {
      scale.ticks = axis.ticks.map(({ value }) => ({ value }));
    },
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      callback: (_: unknown, index: number) => axis.ticks[index]?.label ?? '',
    },
    grid: { color: '#dddddd' },
  };
}

/** Row numbers as names; headings in bold. */
export function lineScale(lines: readonly Line[]) {
  return {
    type: 'linear' as const,
    reverse: true,
    min: -0.5,
    max: lines.length - 0.5,
    afterBuildTicks: (scale: { ticks: unknown[] }) => {
      scale.ticks = lines.map((_, value) => ({ value }));
    },
    ticks: {
      autoSkip: false,
      callback: (_: unknown, index: number) => lines[index]?.label ?? '',
      font: ({ index }: { index: number }) =>
        ({ weight: lines[index]?.heading ? 'bold' : 'normal' }) as const,
    },
    grid: { display: false },
  };
}

/** Annotations behind the data: bands, the line of native, a strip under each heading, and the notes. */
export function annotationsOf(lines: readonly Line[], axis: Axis, bands: readonly AxisBand[]) {
  const behind = { drawTime: 'beforeDatasetsDraw' } as const;
  return [
    ...bands.map(({ min, max, label }) => ({
      ...behind,
      ...{ type: 'box' as const, xMin: min, xMax: max, backgroundColor: BAND_FILL, borderWidth: 0 },
      label: {
        display: true,
        content: label,
        position: { x: 'center', y: 'start' },
        font: { size: 12 },
      } as const,
    })),
    { ...behind, type: 'line' as const, xMin: 0, xMax: 0, borderColor: '#222222', borderWidth: 1.5 },
    ...lines.flatMap(({ heading, note }, index) => [
      ...(heading
        ? [
            {
              ...behind,
              ...{ type: 'box' as const, yMin: index - 0.42, yMax: index + 0.42 },
              ...{ backgroundColor: HEADING_STRIP, borderWidth: 0 },
            },
          ]
        : []),
      ...(note
        ? [
            {
              type: 'label' as const,
              ...{
                xValue: axis.max,
                yValue: index,
                xAdjust: -4,
                content: clip(note, heading ? HEADING_NOTE_LENGTH : NOTE_LENGTH),
              },
              ...{ color: heading ? '#222222' : MUTED, font: { size: 12 } },
              position: { x: 'end', y: 'center' } as const,
            },
          ]
        : []),
    ]),
  ];
}

/** Title and subtitle: what is shown, on what computer, when, by which tool, and how to read it. */
export function titlesOf(run: RunOrigin, title: string, legend = '') {
  const { host, startedAt, tool } = run;
  const about = `${clip(host.cpu.model, 90)}, ${dateTime(startedAt)}, ${tool.name} ${tool.version}`;
  return {
    title: {
      display: true,
      text: title,
      font: { size: 20, weight: 'bold' as const },
      padding: { bottom: 4 },
    },
    subtitle: {
      display: true,
      text: [about, virtualizationOf(host), legend]
        .filter(Boolean)
        .flatMap((text) => wrap(text, LINE_LENGTH)),
      ...{ color: MUTED, font: { size: 13 }, padding: { bottom: 8 } },
    },
  };
}

/** The change of each figure with its interval, as SVG; what counts as no change is shaded. */
import { htmlEscape } from 'escape-goat';
import { type Ab, type AbFigure, figureName } from '../../core/judge/ab/ab.ts';
import { clip, overheadText, plainDeep } from '../../core/present/format.ts';
import { AB_VERDICTS, withVerdict } from './view.ts';

const LINE = 22;
const NAMES = 330;
const PLOT = 480;
const VALUES = 210;
const HEAD = 44;
const FOOT = 30;
/** More have no room in a picture. */
const MOST = 60;
const LONGEST_NAME = 48;

const COLOURS = { regressed: '#c0392b', improved: '#1e8449', undecided: '#7d6608', same: '#5d6d7e' } as const;

/** Figures are placed by the logarithm of their ratio: half and twice are equally far. */
const position = (change: number) => Math.log1p(Math.max(change, -0.999));

export function renderSvg(raw: Ab): string {
  const ab = plainDeep(raw);
  const all = AB_VERDICTS.flatMap((verdict) => withVerdict(ab, verdict));
  const figures = all.slice(0, MOST);
  const ends = figures.flatMap(({ change, minimumEffect: { fraction } }) => [
    // An interval that is far wider than the change runs out of the picture.
    ...[position(Math.max(change.low, -0.75)), position(Math.min(change.high, 3)), position(change.estimate)],
    ...[position(-2 * fraction), position(2 * fraction)],
  ]);
  const [low, high] = [Math.min(-0.02, ...ends) * 1.05, Math.max(0.02, ...ends) * 1.05];
  const x = (change: number) => {
    const share = (position(change) - low) / (high - low);
    return NAMES + PLOT * Math.min(1, Math.max(0, share));
  };
  const height = HEAD + figures.length * LINE + FOOT;
  const bottom = HEAD + figures.length * LINE;
  const left = all.length - figures.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${NAMES + PLOT + VALUES} ${height}" width="${NAMES + PLOT + VALUES}" height="${height}" font-family="sans-serif" font-size="12" role="img">`,
    htmlEscape`<title>${`Change of ${ab.candidate.id} against ${ab.base.id}, 95 % CI`}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    htmlEscape`<text x="12" y="24" font-size="15" font-weight="bold" fill="#222">${`${ab.candidate.id} against ${ab.base.id}: change with its 95 % CI; the minimum effect is shaded`}</text>`,
    ...figures.map((figure, index) => figureSvg(figure, HEAD + index * LINE, x)),
    `<line x1="${x(0)}" x2="${x(0)}" y1="${HEAD}" y2="${bottom}" stroke="#222"/>`,
    ...ticksOf(low, high).map(
      (tick) =>
        `<line x1="${x(tick)}" x2="${x(tick)}" y1="${bottom}" y2="${bottom + 5}" stroke="#222"/>` +
        `<text x="${x(tick)}" y="${bottom + 19}" text-anchor="middle" fill="#222">${tickText(tick)}</text>`,
    ),
    ...(left > 0 ? [`<text x="12" y="${bottom + 19}" fill="#222">${left} more figures</text>`] : []),
    '</svg>',
    '',
  ].join('\n');
}

function figureSvg(figure: AbFigure, top: number, x: (change: number) => number): string {
  const { change, verdict, minimumEffect } = figure;
  const middle = top + LINE / 2;
  const colour = COLOURS[verdict];
  const { value, range } = overheadText(change);
  const band = [x(-minimumEffect.fraction), x(minimumEffect.fraction)] as const;
  return [
    `<rect x="${band[0]}" width="${band[1] - band[0]}" y="${top}" height="${LINE}" fill="#e8edf2"/>`,
    htmlEscape`<text x="12" y="${middle + 4}" fill="#222">${clip(figureName(figure), LONGEST_NAME)}</text>`,
    `<line x1="${x(change.low)}" x2="${x(change.high)}" y1="${middle}" y2="${middle}" stroke="${colour}" stroke-width="2"/>`,
    `<circle cx="${x(change.estimate)}" cy="${middle}" r="4" fill="${colour}"/>`,
    htmlEscape`<text x="${NAMES + PLOT + 12}" y="${middle + 4}" fill="${colour}">${[value, range, verdict].filter(Boolean).join(' ')}</text>`,
  ].join('');
}

const TICKS = [-0.75, -0.5, -0.2, -0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3, 9, 99];

/** Those that have room beside each other. */
function ticksOf(low: number, high: number): number[] {
  const least = (high - low) * 0.09;
  const inside = TICKS.filter((tick) => position(tick) >= low && position(tick) <= high);
  const kept: number[] = [0];
  for (const tick of [...inside].sort((a, b) => Math.abs(b) - Math.abs(a)))
    if (kept.every((other) => Math.abs(position(other) - position(tick)) >= least)) kept.push(tick);
  return kept;
}

const tickText = (tick: number) => `${tick > 0 ? '+' : tick < 0 ? '−' : ''}${Math.abs(tick * 100)} %`;

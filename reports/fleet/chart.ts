/** Figures of a fleet as SVG, a panel each with a scale of its own: how far hosts lie apart is what it shows. */
import { htmlEscape } from 'escape-goat';
import { count, plainDeep } from '../../core/present/format.ts';
import type { Fleet, FleetFigure } from '../../core/results/fleet/schema.ts';
import { INK, panelOf, WIDTH } from './panel.ts';
import { headFigures, headlines } from './view.ts';

/** More have no room in one picture. */
const MOST_PANELS = 40;
const HEAD = 66;
const GAP = 12;

const LEGEND = [
  'Each dot is a host with its own 95 % CI (cut off at the edge); more than 60 hosts are counted in columns. Hollow or grey: left out of the mean.',
  'The line is the mean over hosts, the band its 95 % CI. Each panel has a scale of its own: logarithms of guest time ÷ native time.',
] as const;

/** What a panel is of, and of which class if there are several. */
export interface Charted {
  readonly figure: FleetFigure;
  readonly title: string;
}

/** The means of all classes; what has nothing to show is left to the tables. */
export function chartedMeans({ classes }: Fleet): Charted[] {
  return classes.flatMap((one, index) =>
    headFigures(one).map((figure) => ({ figure, title: classes.length > 1 ? `class ${index + 1}` : '' })),
  );
}

/** A picture of these figures; `title` has to be plain text. */
export function chartSvg(
  { hosts }: Pick<Fleet, 'hosts'>,
  title: string,
  charted: readonly Charted[],
): string {
  const drawable = charted.filter(({ figure }) => figure.readings.length + figure.apart.length > 0);
  const shown = drawable.slice(0, MOST_PANELS);
  const more = drawable.length - shown.length;
  const names = (place: number) => hosts[place]?.name ?? String(place);
  let height = HEAD;
  const panels = shown.map(({ figure, title: own }) => {
    const panel = panelOf(figure, own, names);
    const markup = panel.draw(height);
    height += panel.height + GAP;
    return markup;
  });
  const foot = more > 0 ? `${count(more, 'more figure')} in the tables and in fleet.csv.` : '';
  const total = height + (foot ? 20 : 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" width="${WIDTH}" height="${total}" font-family="sans-serif" font-size="13" role="img">`,
    htmlEscape`<title>${title}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    htmlEscape`<text x="12" y="22" font-size="15" font-weight="bold" fill="${INK.text}">${title}</text>`,
    ...LEGEND.map(
      (line, index) =>
        htmlEscape`<text x="12" y="${41 + index * 15}" font-size="11" fill="${INK.muted}">${line}</text>`,
    ),
    ...panels,
    ...(foot
      ? [htmlEscape`<text x="12" y="${height + 4}" font-size="12" fill="${INK.muted}">${foot}</text>`]
      : []),
    '</svg>',
    '',
  ].join('\n');
}

export const CHART_TITLE = 'Overhead against native, host by host';

/** The file beside the page: the means. */
export function renderSvg(raw: Fleet): string {
  const fleet = plainDeep(raw);
  const charted = chartedMeans(fleet);
  return chartSvg(fleet, charted.length > 0 ? CHART_TITLE : (headlines(fleet)[0] ?? ''), charted);
}

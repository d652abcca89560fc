/** What stands in a panel besides its lines: heading, levels, rings and labels, as annotations. */
import type { Panel } from '../../core/model/chart.ts';
import { HEADING_STRIP } from './layout.ts';
import type { Ink } from './palette.ts';

/** Of a panel's height: its heading, and its note below that. */
const STRIP = 0.1;
export const HEADROOM = 0.24;

const PLATE = 'rgba(255, 255, 255, 0.85)';

export const scaleId = (index: number) => `y${index}`;

/** The heading and its note; `top`: where the panel's scale ends. */
export function notesOf({ heading, scale: { min } }: Panel, index: number, top: number, left: number) {
  if (!heading) return [];
  const at = (share: number) => top / (top / min) ** share;
  const strip = { xScaleID: 'x', yScaleID: scaleId(index), drawTime: 'beforeDatasetsDraw' as const };
  const label = (share: number, content: string, font: object) => ({
    type: 'label' as const,
    ...{ ...strip, xValue: left, yValue: at(share), xAdjust: 6, content },
    ...{ font, padding: 0, position: { x: 'start', y: 'center' } as const },
  });
  return [
    {
      type: 'box' as const,
      ...{ ...strip, yMin: at(STRIP), yMax: top, backgroundColor: HEADING_STRIP, borderWidth: 0 },
    },
    label(STRIP / 2, heading.title, { size: 13, weight: 'bold' as const }),
    ...(heading.note ? [label(1.6 * STRIP, heading.note, { size: 12 })] : []),
  ];
}

export function levelsOf({ levels }: Panel, index: number) {
  return levels.map(({ value, label }) => ({
    type: 'line' as const,
    ...{ xScaleID: 'x', yScaleID: scaleId(index), yMin: value, yMax: value },
    ...{ borderWidth: 1.5, drawTime: 'beforeDatasetsDraw' as const },
    ...(label === undefined
      ? { borderColor: '#b00020', borderDash: [3, 3] }
      : {
          ...{ borderColor: '#222222', borderDash: [7, 5] },
          label: {
            ...{ display: true, content: label, position: 'start', yAdjust: -12 },
            ...{ color: '#222222', font: { size: 12 }, backgroundColor: PLATE, padding: 2 },
          },
        }),
  }));
}

/** Rings at the same place grow, so that each is seen; then the words beside points. */
export function ringsOf({ rings, labels }: Panel, index: number, inks: readonly Ink[]) {
  const places = new Map<string, number>();
  const at = (x: number, y: number) => ({ xScaleID: 'x', yScaleID: scaleId(index), xValue: x, yValue: y });
  return [
    ...rings.map(({ series, x, y }) => {
      const place = `${x} ${Math.round(Math.log2(y) * 4)}`;
      const before = places.get(place) ?? 0;
      places.set(place, before + 1);
      return {
        type: 'point' as const,
        ...at(x, y),
        ...{ radius: 10 + 4 * before, borderColor: inks[series]?.light, borderWidth: 2.5 },
        backgroundColor: 'rgba(0,0,0,0)',
      };
    }),
    ...labels.map(({ series, x, y, text, side, below }) => ({
      type: 'label' as const,
      ...{ ...at(x, y), content: text, color: inks[series]?.light },
      ...{ font: { size: 13, weight: 'bold' as const }, padding: 2, backgroundColor: PLATE },
      ...{ xAdjust: side === 'left' ? -8 : 10, yAdjust: below ? 20 : -18 },
      position: { x: side === 'left' ? 'end' : 'start', y: 'center' } as const,
    })),
  ];
}

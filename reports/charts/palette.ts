/** Colours and shapes of the hypervisors: told apart with any colour vision, and by shape without colour. */
import { CONTROL, NATIVE } from '../view.ts';

export interface Ink {
  /** On a white page; the palette of Okabe & Ito 2008, "Color Universal Design". */
  readonly light: string;
  /** The same hue, brighter, on a dark page. */
  readonly dark: string;
  /** Chart.js `pointStyle`. */
  readonly shape: string;
}

const INKS: readonly Ink[] = [
  { light: '#0072b2', dark: '#56b4e9', shape: 'circle' },
  { light: '#d55e00', dark: '#ff8a3d', shape: 'rectRot' },
  { light: '#009e73', dark: '#2fcb9c', shape: 'triangle' },
  { light: '#b2528c', dark: '#e59bc8', shape: 'rect' },
  { light: '#a87900', dark: '#f5c04a', shape: 'rectRounded' },
];
const CONTROL_INK: Ink = { light: '#767676', dark: '#a6a6a6', shape: 'crossRot' };
const NATIVE_INK: Ink = { light: '#333333', dark: '#dddddd', shape: 'line' };

/** The inks of these hypervisors, in their order; the control is always grey. */
export function inksOf(hypervisors: readonly string[]): ReadonlyMap<string, Ink> {
  const guests = hypervisors.filter((id) => id !== CONTROL && id !== NATIVE);
  return new Map<string, Ink>([
    [NATIVE, NATIVE_INK],
    [CONTROL, CONTROL_INK],
    ...guests.map((id, index) => [id, INKS[index % INKS.length] as Ink] as const),
  ]);
}

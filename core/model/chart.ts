/** A picture, described: what draws it is nobody's business here. Texts are plain already. */

export interface Chart {
  readonly file: string;
  readonly title: string;
  /** How to read it; stands below the title. */
  readonly legend: string;
  /** What a page shows it with; absent if it stands for itself, as a file. */
  readonly shown?: {
    /** What it shows, in a phrase. */
    readonly caption: string;
    /** The picture in words, for those who do not see it. */
    readonly alt: string;
  };
  readonly drawing: Bars | Panels | Intervals | Rounds;
}

/** Bars below one another, each cut into parts. */
export interface Bars {
  readonly kind: 'bars';
  /** What the axis measures. */
  readonly axis: string;
  /** The kinds of parts, in the order in which a bar has them. */
  readonly parts: readonly { readonly title: string; readonly colour: string }[];
  /** One, or two whose sizes are too far apart for one scale: the scale of the first is then above, the other's below. */
  readonly groups: readonly BarGroup[];
  /** The file that has what there is no room for. */
  readonly all: string;
}

export interface BarGroup {
  readonly title: string;
  /** Stands beside the title. */
  readonly note: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  /** Whether it is a variant of the one above it. */
  readonly pale: boolean;
  /** Of the axis, as are the ends of its parts. */
  readonly end: number;
  /** Stands behind its end. */
  readonly text: string;
  /** `part`: an index into {@link Bars.parts}. */
  readonly cuts: readonly { readonly part: number; readonly from: number; readonly to: number }[];
}

/** Lines over one horizontal scale, in panels below one another. All scales are logarithmic. */
export interface Panels {
  readonly kind: 'panels';
  /** Whether there are so few panels and points that they can be larger. */
  readonly roomy: boolean;
  readonly x: Scale;
  readonly series: readonly Series[];
  readonly panels: readonly Panel[];
}

export interface Scale {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** What has a line in each panel. */
export interface Series {
  /** The hypervisor: the same one has the same colour and mark. */
  readonly hypervisor: string;
  /** In the legend. */
  readonly label: string;
  readonly dashed: boolean;
}

export interface Panel {
  /** Stands within the panel, and the note below it. */
  readonly heading?: { readonly title: string; readonly note: string };
  readonly scale: Scale;
  /** Its height, in shares of the picture. */
  readonly weight: number;
  /** Of each series, in their order. */
  readonly points: readonly (readonly Point[])[];
  /** Lines across it: those without a label are warnings. */
  readonly levels: readonly { readonly value: number; readonly label?: string }[];
  /** Points that a ring is drawn around. */
  readonly rings: readonly PanelPlace[];
  readonly labels: readonly PointLabel[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
  /** The ends of its bar, if it has one. */
  readonly low?: number;
  readonly high?: number;
}

/** A place in a panel. `series`: an index into {@link Panels.series}. */
export interface PanelPlace {
  readonly series: number;
  readonly x: number;
  readonly y: number;
}

export interface PointLabel extends PanelPlace {
  readonly text: string;
  readonly side: 'left' | 'right';
  readonly below: boolean;
}

/** Overheads with their intervals: a line for each row, a mark on it for each hypervisor. */
export interface Intervals extends Overheads {
  readonly kind: 'intervals';
  readonly groups: readonly IntervalGroup[];
}

/** How single rounds spread: a box for each row and hypervisor. */
export interface Rounds extends Overheads {
  readonly kind: 'rounds';
  readonly groups: readonly RoundGroup[];
}

/** What pictures of overheads share; overheads are fractions. */
interface Overheads {
  /** Each has a colour and a mark of its own. */
  readonly hypervisors: readonly string[];
  /** Overheads that somebody claimed. */
  readonly bands: readonly { readonly low: number; readonly high: number; readonly label: string }[];
  /** The file that has what there is no room for. */
  readonly all: string;
}

export interface IntervalGroup {
  readonly suite: string;
  readonly isa: string;
  readonly name: string;
  readonly hypervisors: readonly string[];
  /** Over its rows, in words. */
  readonly means: readonly { readonly hypervisor: string; readonly value: string; readonly range: string }[];
  readonly rows: readonly IntervalRow[];
}

export interface IntervalRow {
  readonly label: string;
  /** What has no point, in words; empty if all have one. */
  readonly missing: string;
  readonly points: readonly IntervalPoint[];
}

export interface IntervalPoint {
  readonly hypervisor: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** In words. */
  readonly value: string;
  readonly range: string;
}

export interface RoundGroup {
  readonly name: string;
  readonly rows: readonly {
    readonly label: string;
    /** Overheads of the rounds, for each of the chart's hypervisors. Made anew by each call: there may be very many. */
    readonly rounds: readonly (() => readonly number[])[];
  }[];
}

/** The solar system of cpu/nbody in TypeScript: the same operations on the same doubles, so the same bits. */
import { bits, checksum, mixSeed, repeat } from './model.ts';

type Vector = [number, number, number];
export interface Body {
  readonly x: Vector;
  readonly v: Vector;
  readonly mass: number;
}

const SOLAR_MASS = 4 * Math.PI * Math.PI;
const DAYS = 365.24;
const AXES = [0, 1, 2] as const;

const planet = (x: Vector, v: Vector, mass: number): Body => ({
  x,
  v: [v[0] * DAYS, v[1] * DAYS, v[2] * DAYS],
  mass: mass * SOLAR_MASS,
});

/** The Sun, Jupiter, Saturn, Uranus and Neptune; `nudge` is added to Jupiter's velocity. */
export function solarSystem(nudge = 0): Body[] {
  const sun: Body = { x: [0, 0, 0], v: [0, 0, 0], mass: SOLAR_MASS };
  const jupiter = planet(
    [4.841431442464721, -1.1603200440274284, -0.10362204447112311],
    [0.001660076642744037, 0.007699011184197404, -0.0000690460016972063],
    0.0009547919384243266,
  );
  jupiter.v[0] += nudge;
  const bodies = [
    sun,
    jupiter,
    planet(
      [8.34336671824458, 4.124798564124305, -0.4035234171143214],
      [-0.0027674251072641195, 0.004998528012349172, 0.000023041729757376393],
      0.0002858859806661308,
    ),
    planet(
      [12.894369562139131, -15.111151401698631, -0.22330757889265573],
      [0.002964601375647616, 0.0023784717395948095, -0.000029658956854023756],
      0.00004366244043351563,
    ),
    planet(
      [15.379697114850917, -25.919314609987964, 0.17925877295037118],
      [0.0026806777249038932, 0.001628241700382423, -0.00009515922545197159],
      0.000051513890204661145,
    ),
  ];
  for (const k of AXES) {
    sun.v[k] = -bodies.reduce((momentum, body) => momentum + body.v[k] * body.mass, 0) / SOLAR_MASS;
  }
  return bodies;
}

/** Symplectic Euler steps of 0.01 years, in place. */
export function advance(bodies: Body[], steps: number): Body[] {
  for (let step = 0; step < steps; step++) {
    for (const [i, a] of bodies.entries()) {
      for (const b of bodies.slice(i + 1)) {
        const d = AXES.map((k) => a.x[k] - b.x[k]) as Vector;
        const squared = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
        const magnitude = 0.01 / (squared * Math.sqrt(squared));
        for (const k of AXES) a.v[k] -= d[k] * (b.mass * magnitude);
        for (const k of AXES) b.v[k] += d[k] * (a.mass * magnitude);
      }
    }
    for (const body of bodies) for (const k of AXES) body.x[k] += 0.01 * body.v[k];
  }
  return bodies;
}

/** Kinetic and potential energy. */
export function energy(bodies: readonly Body[]): number {
  let sum = 0;
  for (const [i, a] of bodies.entries()) {
    sum += 0.5 * a.mass * (a.v[0] ** 2 + a.v[1] ** 2 + a.v[2] ** 2);
    for (const b of bodies.slice(i + 1)) {
      sum -= (a.mass * b.mass) / Math.hypot(...AXES.map((k) => a.x[k] - b.x[k]));
    }
  }
  return sum;
}

export function nbody(seed: number, iterations: number): bigint {
  const bodies = advance(solarSystem((mixSeed(seed, 0) & 0xffff) * 2 ** -40), 100);
  const state = bodies.flatMap(({ x, v }) => AXES.flatMap((k) => [bits(x[k]), bits(v[k])]));
  return checksum(seed, repeat(iterations, () => state).flat());
}

/** Every figure of a result is held against the raw samples that it is made from, whatever these are. */
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../core/results/assemble.ts';
import type { Sample } from '../../../core/results/journal.ts';
import { type Measurement, type Result, resultSchema } from '../../../core/results/schema.ts';
import { createRandom, type Random } from '../../../core/stats/random.ts';
import { suites } from '../../../suites/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { header, sample } from './example.ts';

const IDS = ['native', 'control', 'kvm'];
const RATE = 2.5;

/**
 * A run on a computer that others use too: each batch waits for its CPU now and then, before, in and behind it; a
 * guest's counter may be native's own or another. `lost`: how often a batch takes no more than an empty one.
 */
function loadedRun(random: Random, lost: number): Sample[] {
  const launches = 2 + random.nextInt(4);
  const own = random.nextFloat() < 0.5;
  const samples: Sample[] = [];
  let clock = 0;
  for (let launch = 0; launch < launches; launch++)
    for (let round = 0; round < 8; round++)
      for (const hypervisor of IDS) {
        const cpu = Math.round(1e6 * (1 + random.nextFloat()));
        const waits = () => (random.nextFloat() < 0.5 ? Math.round(random.nextFloat() * 8e6) : 0);
        const [empty, around, within] = [1 + random.nextInt(200_000), waits(), waits()];
        const short = random.nextFloat() < lost;
        const rate = hypervisor === 'kvm' && !own ? 1 : RATE;
        samples.push(
          sample({
            ...{ hypervisor, launch, round, iterations: 1 + random.nextInt(1000) },
            ...{ cpuNs: (short ? 0 : cpu) + empty - 1, emptyCpuNs: empty },
            ...{ wallNs: cpu + empty + around + within, emptyWallNs: empty },
            ...{ beganNs: clock, beganTicks: Math.round(clock * rate), ticks: (cpu + within) * rate },
          }),
        );
        clock += cpu + empty + around + within + 20_000;
      }
  return samples;
}

/** Many runs, each told by its seed where it fails. */
function each(check: (seed: number) => void): void {
  for (let seed = 0; seed < 60; seed++)
    try {
      check(seed);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
}

function resultOf(samples: readonly Sample[]): Result {
  return resultSchema.parse(assemble([header(), ...samples], suites));
}

/** What the definition says of one round's CPU time. */
const cpuFigure = ({ cpuNs, emptyCpuNs, iterations }: Sample) =>
  cpuNs > emptyCpuNs ? (cpuNs - emptyCpuNs) / iterations : null;

const figures = (samples: readonly Sample[], of: (sample: Sample) => number | null) => (m: Measurement) =>
  m.samples.flatMap(({ launch }) =>
    samples.filter((one) => one.hypervisor === m.hypervisor && one.launch === launch).map(of),
  );

describe.each([0, 0.01, 0.2])('figures of a loaded computer where %d of the batches are lost', (lost) => {
  it('are those of the raw samples', () =>
    each((seed) => {
      const samples = loadedRun(createRandom(seed), lost);
      for (const m of atLeastOne(resultOf(samples).measurements)) {
        const own = samples.filter(({ hypervisor }) => hypervisor === m.hypervisor);
        const raw = figures(samples, cpuFigure)(m);
        expect(m.samples.flatMap(({ cpuNsPerIteration }) => cpuNsPerIteration)).toEqual(raw);
        expect(m.roundsWithoutFigure).toEqual({ wall: 0, cpu: raw.filter((ns) => ns === null).length });
        // No wall time is longer than the host saw, and none is made up.
        const wall = m.samples.flatMap(({ nsPerIteration }) => nsPerIteration);
        for (const [index, ns] of atLeastOne(wall.entries())) {
          const { wallNs, emptyWallNs, ticks, iterations } = own[index] as Sample;
          const possible = [wallNs - emptyWallNs, ticks / RATE].map((each) => each / iterations);
          expect(possible.some((each) => Math.abs((ns as number) / each - 1) < 1e-5)).toBe(true);
        }
      }
    }));

  it('give an overhead of CPU time only from rounds that all have one', () =>
    each((seed) => {
      const samples = loadedRun(createRandom(seed), lost);
      const { measurements, suites } = resultOf(samples);
      const raw = (id: string) => samples.filter(({ hypervisor }) => hypervisor === id).map(cpuFigure);
      const native = raw('native');
      for (const { hypervisor, cpuOverhead } of atLeastOne(
        measurements.filter((m) => m.hypervisor !== 'native'),
      )) {
        const ratios = raw(hypervisor).map((ns, round) =>
          ns === null || native[round] === null ? null : ns / (native[round] as number),
        );
        const whole = ratios.every((ratio) => ratio !== null);
        expect(cpuOverhead === null).toBe(!whole);
        const summary = suites.find((one) => one.hypervisor === hypervisor);
        expect(summary?.cpuOverhead === null).toBe(!whole);
        expect(summary?.cpuWorkloads).toBe(whole ? undefined : 0);
        const figures = ratios.filter((ratio) => ratio !== null);
        const found = cpuOverhead ? 1 + cpuOverhead.estimate : (figures[0] ?? 0);
        expect(found).toBeGreaterThanOrEqual(Math.min(...figures, found) * (1 - 1e-9));
        expect(found).toBeLessThanOrEqual(Math.max(...figures, found) * (1 + 1e-9));
      }
    }));

  it('do not count a wait as CPU time', () =>
    each((seed) => {
      const samples = loadedRun(createRandom(seed), lost);
      const waiting = createRandom(seed + 1);
      const delayed = samples.map((one) => ({ ...one, wallNs: one.wallNs + waiting.nextInt(50_000_000) }));
      const cpu = ({ measurements }: Result) =>
        measurements.map(({ cpuOverhead, cpuNsPerIteration, samples }) => ({
          ...{ cpuOverhead, cpuNsPerIteration },
          rounds: samples.map((launch) => launch.cpuNsPerIteration),
        }));
      expect(cpu(resultOf(delayed))).toEqual(cpu(resultOf(samples)));
    }));
});

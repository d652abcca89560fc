/** Samples kept by the hundred thousand: numbers stand side by side in arrays, and names are there once. */
import type { Sample } from './journal.ts';

type Names = Pick<Sample, 'launch' | 'isa' | 'platform' | 'suite' | 'workload' | 'hypervisor'>;
type Exits = Sample['exits'];

const PHASES: readonly Sample['phase'][] = ['cold', 'warm-up', 'round'];
/** Numbers of one sample. */
const WIDTH = 11;
const SAMPLES_A_BLOCK = 1024;

/** Numbers of some samples, one after another. */
class Block {
  readonly numbers = new Float64Array(WIDTH * SAMPLES_A_BLOCK);
  readonly exits: (readonly [Exits, Exits] | undefined)[] = [];
  length = 0;
}

/** Takes samples over, so that each needs about a hundred bytes and not several times that. */
export class SampleKeeper {
  #block = new Block();

  /** The same sample; what it was handed over in may go. `like`: one kept before with the same names, if there is one. */
  keep(sample: Sample, like?: KeptSample): KeptSample {
    if (this.#block.length === SAMPLES_A_BLOCK) this.#block = new Block();
    const block = this.#block;
    const { numbers, length } = block;
    const at = length * WIDTH;
    numbers[at] = PHASES.indexOf(sample.phase);
    numbers[at + 1] = sample.round;
    numbers[at + 2] = sample.iterations;
    numbers[at + 3] = sample.wallNs;
    numbers[at + 4] = sample.cpuNs;
    numbers[at + 5] = sample.beganNs;
    numbers[at + 6] = sample.beganTicks;
    numbers[at + 7] = sample.ticks;
    numbers[at + 8] = sample.guestBeganNs ?? Number.NaN;
    numbers[at + 9] = sample.emptyWallNs;
    numbers[at + 10] = sample.emptyCpuNs;
    if (sample.exits || sample.emptyExits) block.exits[length] = [sample.exits, sample.emptyExits];
    block.length++;
    const { launch, isa, platform, suite, workload, hypervisor } = sample;
    return new KeptSample(like?.names ?? { launch, isa, platform, suite, workload, hypervisor }, block, at);
  }
}

/** Reads where {@link SampleKeeper} wrote. */
export class KeptSample implements Sample {
  readonly names: Names;
  private readonly block: Block;
  private readonly at: number;

  constructor(names: Names, block: Block, at: number) {
    this.names = names;
    this.block = block;
    this.at = at;
  }

  get type() {
    return 'sample' as const;
  }
  get launch() {
    return this.names.launch;
  }
  get isa() {
    return this.names.isa;
  }
  get platform() {
    return this.names.platform;
  }
  get suite() {
    return this.names.suite;
  }
  get workload() {
    return this.names.workload;
  }
  get hypervisor() {
    return this.names.hypervisor;
  }
  get phase() {
    return PHASES[this.block.numbers[this.at] as number] as Sample['phase'];
  }
  get round() {
    return this.block.numbers[this.at + 1] as number;
  }
  get iterations() {
    return this.block.numbers[this.at + 2] as number;
  }
  get wallNs() {
    return this.block.numbers[this.at + 3] as number;
  }
  get cpuNs() {
    return this.block.numbers[this.at + 4] as number;
  }
  get beganNs() {
    return this.block.numbers[this.at + 5] as number;
  }
  get beganTicks() {
    return this.block.numbers[this.at + 6] as number;
  }
  get ticks() {
    return this.block.numbers[this.at + 7] as number;
  }
  get guestBeganNs() {
    const ns = this.block.numbers[this.at + 8] as number;
    return Number.isNaN(ns) ? undefined : ns;
  }
  get emptyWallNs() {
    return this.block.numbers[this.at + 9] as number;
  }
  get emptyCpuNs() {
    return this.block.numbers[this.at + 10] as number;
  }
  get exits() {
    return this.block.exits[this.at / WIDTH]?.[0];
  }
  get emptyExits() {
    return this.block.exits[this.at / WIDTH]?.[1];
  }
}

/** Memory beyond the caches and the page tables that lead to it: what paging in two dimensions costs. */
import type { CacheSizes, Suite } from '../../core/model/suite.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** What the arena of 4 KiB pages holds (SMALL_ARENA_SIZE in core/guest/layout.ts). */
const ARENA = 256 * MIB;
const TABLE = 128 * MIB;

const clamp = (bytes: number, least: number, most: number) => Math.min(most, Math.max(least, bytes));

/** A pointer chase needs a sixteenth more than its working set while it is prepared. */
const LARGEST_CHASE = (ARENA / 16) * 15;

/** Rounded down to whole pages: a working set that should fit must not end up larger. */
const pages = (bytes: number) => Math.floor(bytes / (4 * KIB)) * 4 * KIB;

/** Three arrays have to fit into the arena; each should be larger than the last-level cache. */
const streamArray = ({ llc }: CacheSizes) =>
  clamp(Math.ceil((2 * llc) / (2 * MIB)) * 2 * MIB, 16 * MIB, 64 * MIB);

const chase = { source: 'chase.c', entry: 'memory/chase' };

export const memory: Suite<never> = {
  name: 'memory',
  title: 'Memory and paging',
  slot: 1,
  folder: 'suites/memory',
  workloads: [
    {
      name: 'stream-copy',
      title: 'STREAM copy, c = a; one iteration is 32 KiB of each array',
      exposes:
        'Bandwidth with one load for each store: the software address check of a translator against the bus.',
      source: 'stream.c',
      entry: 'memory/stream-copy',
      argument: streamArray,
    },
    {
      name: 'stream-triad',
      title: 'STREAM triad, a = b + 3c; one iteration is 32 KiB of each array',
      exposes:
        'Bandwidth with arithmetic on the way: the common pattern of numerical work beyond the caches.',
      source: 'stream.c',
      entry: 'memory/stream-triad',
      argument: streamArray,
    },
    {
      name: 'chase-l1',
      title: 'Pointer chase within half of the L1 data cache; one iteration is 1,000 loads',
      exposes:
        'What a hypervisor adds to a single load that hits: nothing, unless it translates addresses in software.',
      ...chase,
      argument: ({ l1d }) => clamp(pages(l1d / 2), 4 * KIB, LARGEST_CHASE),
    },
    {
      name: 'chase-l2',
      title: 'Pointer chase within half of the L2 cache; one iteration is 1,000 loads',
      exposes: 'The second-level TLB: the working set spans more pages than the first level maps.',
      ...chase,
      argument: ({ l2 }) => clamp(pages(l2 / 2), 4 * KIB, LARGEST_CHASE),
    },
    {
      name: 'chase-llc',
      title: 'Pointer chase within half of the last-level cache; one iteration is 1,000 loads',
      exposes:
        'TLB misses whose page tables are cached: the length of the page walk, two-dimensional if paging is nested.',
      ...chase,
      argument: ({ llc }) => clamp(pages(llc / 2), 4 * KIB, LARGEST_CHASE),
    },
    {
      name: 'chase-dram',
      title: 'Pointer chase through main memory; one iteration is 1,000 loads',
      exposes:
        'A TLB miss and a cache miss on every load: the full page walk on top of the latency of memory.',
      ...chase,
      argument: ({ llc }) => clamp(pages(4 * llc), 64 * MIB, LARGEST_CHASE),
    },
    {
      name: 'random-update',
      title: 'HPC Challenge RandomAccess (GUPS) over 4 KiB pages; one iteration is 1,024 updates of 128 MiB',
      exposes:
        'TLB misses in parallel: how many page walks a hypervisor lets overlap where the chases wait for each.',
      source: 'random-update.c',
      entry: 'memory/random-update',
      argument: () => TABLE,
    },
    {
      name: 'random-update-2m',
      title: 'HPC Challenge RandomAccess (GUPS) over 2 MiB pages; one iteration is 1,024 updates of 128 MiB',
      exposes: 'Whether large pages of the guest stay large pages below it: if so, most page walks are gone.',
      source: 'random-update.c',
      entry: 'memory/random-update-2m',
      argument: () => TABLE,
      needs: ['large-pages'],
    },
    {
      name: 'first-touch',
      title: 'First touch of fresh memory; one iteration is one 4 KiB page',
      exposes:
        'The page fault in the second dimension: a page that the hypervisor itself must first find and map.',
      source: 'first-touch.c',
      entry: 'memory/first-touch',
      maxIterations: 16384,
      needs: ['discard'],
    },
  ],
};

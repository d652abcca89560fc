/** Computation that stays within the caches and asks nothing of the system: what the CPU-overhead claim is about. */
import type { Suite } from '../../core/model/suite.ts';

export const cpu: Suite<never> = {
  name: 'cpu',
  title: 'Computation',
  slot: 0,
  folder: 'suites/cpu',
  workloads: [
    {
      name: 'integer',
      title: 'xorshift32 in registers; one iteration is 1,000 dependent steps',
      exposes:
        'Whether guest instructions run on the CPU itself: nothing but registers is used, so all overhead is interpretation or translation.',
      source: 'integer.c',
      entry: 'cpu/integer',
    },
    {
      name: 'sha256',
      title: 'SHA-256; one iteration hashes 1 KiB',
      exposes:
        'The quality of translated straight-line code: long blocks, rotations and more live values than a translator keeps in registers.',
      source: 'sha256.c',
      entry: 'cpu/sha256',
    },
    {
      name: 'sieve',
      title: 'Sieve of Eratosthenes; one iteration finds the primes below 32,768',
      exposes: 'The price of each store: a translator checks every address it writes for translated code.',
      source: 'sieve.c',
      entry: 'cpu/sieve',
    },
    {
      name: 'quicksort',
      title: "Quicksort with Hoare's partition; one iteration fills and sorts 1,024 numbers",
      exposes:
        'Conditional branches that cannot be predicted: each one ends a block, and a translator leaves a block at a price.',
      source: 'quicksort.c',
      entry: 'cpu/quicksort',
    },
    {
      name: 'lz77',
      title: 'LZ77-style compression with a hash table; one iteration compresses 16 KiB of text',
      exposes: 'Byte-wise and unaligned loads and stores in short blocks, as in most system software.',
      source: 'lz77.c',
      entry: 'cpu/lz77',
    },
    {
      name: 'interpreter',
      title: 'Bytecode interpreter with threaded dispatch; one iteration executes 1,603 bytecodes',
      exposes: 'Indirect branches: a translator has to look up the target of each one.',
      source: 'interpreter.c',
      entry: 'cpu/interpreter',
    },
    {
      name: 'tak',
      title: "Takeuchi's function; one iteration is tak(12, 8, 4)",
      exposes:
        'Calls and returns: a translator cannot trust the return address and loses the return predictor.',
      source: 'tak.c',
      entry: 'cpu/tak',
    },
    {
      name: 'spectral-norm',
      title:
        'Power method for a spectral norm, doubles; one iteration is four products with a 100 x 100 matrix',
      exposes:
        'Floating-point divisions and conversions from integers: a translator may emulate each operation in software.',
      source: 'spectral-norm.c',
      entry: 'cpu/spectral-norm',
    },
    {
      name: 'matmul',
      title: 'Dense matrix product, doubles; one iteration multiplies two 48 x 48 matrices',
      exposes:
        'Floating-point throughput: packed SSE2 arithmetic where the compiler finds it, lane by lane if translated.',
      source: 'matmul.c',
      entry: 'cpu/matmul',
    },
  ],
};

/** `hvbench guest`: the Linux kernels that guests boot; those that are missing are fetched. */
import Table from 'cli-table3';
import { UserError } from '../errors.ts';
import { fetchKernel, NoKernelError } from '../guest/fetch-kernel.ts';
import { kernelFamily } from '../guest/kernel-packages.ts';
import { findKernels, type GuestKernel, type GuestKernels, HOST_ISA, listKernels } from '../guest/kernels.ts';
import { quoted } from '../host/advice.ts';
import { type Isa, isaSchema } from '../results/schema.ts';
import { printable } from './printable.ts';

export interface GuestFlags {
  readonly isa?: readonly Isa[];
  /** Files, each for the ISA that it is of. */
  readonly kernel?: readonly string[];
  /** Fetch what is newer, even where there is a kernel. */
  readonly refresh?: boolean;
  readonly json?: boolean;
}

const origins = (): Record<GuestKernel['origin'], string> => ({
  given: 'named by --kernel',
  fetched: `fetched from ${kernelFamily().name}`,
  host: "this computer's own",
});

/** Throws UserError where a kernel is none, or cannot be had. */
export async function guest(flags: GuestFlags, signal: AbortSignal): Promise<void> {
  const isas = isaSchema.options.filter((isa) => flags.isa?.includes(isa) ?? true);
  const given = flags.kernel ?? [];
  const present = await findKernels(given);
  refuseOthers(present, isas);
  for (const isa of isas) {
    const kernel = present[isa];
    const isComplete = kernel && kernel.modules !== null;
    const { name, metapackages } = kernelFamily();
    if (metapackages[isa].length === 0 && !flags.isa) {
      if (!kernel) say(`${name} has no kernel for ${isa}: name one with --kernel FILE`);
      continue;
    }
    if (isComplete && (kernel.origin === 'given' || !flags.refresh)) continue;
    if (isa === HOST_ISA && present.unreadable !== undefined)
      say(
        `this user may not read ${present.unreadable}: sudo chmod +r ${quoted(present.unreadable)} makes it readable for guests`,
      );
    say(`fetching ${name}'s kernel for ${isa} …`);
    await fetchKernel(isa, { signal, say }).catch((error: unknown) => {
      // Most guests are of the host's ISA, and others go without where nobody asked for them.
      if (flags.isa || isa === HOST_ISA || !(error instanceof NoKernelError)) throw error;
      say(error.message);
    });
  }
  const found = await findKernels(given);
  const kernels = isas.flatMap((isa) => found[isa] ?? []);
  process.stdout.write(flags.json ? `${JSON.stringify({ kernels }, null, 2)}\n` : render(kernels));
}

/** A kernel that was named is not passed over in silence. */
function refuseOthers(kernels: GuestKernels, isas: readonly Isa[]): void {
  for (const { isa, origin, path } of listKernels(kernels)) {
    if (origin === 'given' && !isas.includes(isa))
      throw new UserError(`${path} is a kernel for ${isa}, but --isa excludes ${isa}`);
  }
}

function render(kernels: readonly GuestKernel[]): string {
  const words = origins();
  const table = new Table({
    head: ['ISA', 'release', 'where it comes from', 'path'],
    style: { head: [], border: [] },
  });
  table.push(
    ...kernels.map(({ isa, release, origin, path }) => [isa, release, words[origin], printable(path)]),
  );
  return `${table.toString()}\n`;
}

function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

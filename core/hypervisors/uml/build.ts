/** Which kernel of User Mode Linux is started, and what it is told beside what hvbench tells every one: a variant's. */
import { z } from 'zod';
import { pathOption, wordsOption } from '../variant-options.ts';

/** What hvbench tells the kernel itself. */
const SET = /^(mem|rdinit|init|initrd|root|uml_dir|umid|con\d*|ssl\d*|console|panic|loglevel)(=|$)/;

export const buildOptions = z.strictObject({
  /** A path, or a name on the PATH. */
  program: pathOption.optional(),
  args: wordsOption
    .refine((args) => !args.some((one) => SET.test(one)), {
      error: ({ input }) =>
        `cannot have ${(input as string[]).find((one) => SET.test(one))}: hvbench sets it`,
    })
    .optional(),
});

/** Nothing of it: the kernel of this host's package. */
export type UmlBuild = z.infer<typeof buildOptions>;

/** Debian's name for it. */
export const UML = 'linux.uml';

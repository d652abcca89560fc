/** Licences of hypervisors that restrict who may publish figures measured in their guests. */
import type { HostRecord, Result } from './schema.ts';

export interface Publication {
  /** What may not be done, and what to do instead. */
  readonly restriction: string;
  /** Where that stands, and how far it was checked. */
  readonly source: string;
}

interface Licence extends Publication {
  /** Marks in the record's evidence that only this hypervisor leaves: a CPUID signature or its vendor's name in DMI. */
  readonly marks: readonly RegExp[];
}

const LICENCES: readonly Licence[] = [
  {
    marks: [/^CPUID: VMwareVMware$/, /^lscpu: hypervisor vendor VMware\b/, /^DMI: (.*, )?VMware(, Inc\.|\d)/],
    restriction:
      'VMware’s terms allow its customers to measure, and to publish or distribute the figures only with VMware’s approval.',
    source:
      'VMware General Terms of 22 November 2023, section 1.4; contracts since May 2024 are said to be under Broadcom’s ' +
      'Foundation Agreement instead, whose wording was not checked: read your own',
  },
];

/**
 * What keeps figures from being published that were measured inside the host's own hypervisor; null if nothing is known
 * to. By what CPUID and DMI show, not by the hypervisor's name in the record: results of before the field have it too.
 */
export function publicationOf({
  outerHypervisor,
  publication,
}: Pick<HostRecord, 'outerHypervisor' | 'publication'>): Publication | null {
  if (publication) return publication;
  const evidence = outerHypervisor?.evidence ?? [];
  const licence = LICENCES.find(({ marks }) => evidence.some((one) => marks.some((mark) => mark.test(one))));
  return licence ? { restriction: licence.restriction, source: licence.source } : null;
}

/** The same of a whole result: of this computer, and of those whose machines were measured by SSH. */
export function publicationOfResult({
  host,
  hypervisors,
}: Pick<Result, 'host' | 'hypervisors'>): Publication | null {
  const computers = hypervisors.flatMap(({ computer, available }) =>
    computer && available ? [computer] : [],
  );
  return [host, ...computers].map(publicationOf).find((found) => found !== null) ?? null;
}

/** In one sentence for reports; null if nothing is restricted. */
export function publicationNote(result: Parameters<typeof publicationOfResult>[0]): string | null {
  const found = publicationOfResult(result);
  return found && `Before you publish this: ${found.restriction} Source: ${found.source}.`;
}

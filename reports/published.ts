/** What others have published of an operating system's services in guests, beside today's figures. */

import type { Section, TextCell, TextTable } from '../core/model/section.ts';
import { Footnotes } from '../core/present/footnotes.ts';
import { duration, ratioText } from '../core/present/format.ts';
import type { Isa, Measurement, Result } from '../core/results/schema.ts';
import { groupsOf } from './view.ts';

interface Published {
  readonly workload: string;
  /** Whose guest. */
  readonly guest: string;
  /** Microseconds. */
  readonly native: number;
  readonly inGuest: number;
  readonly source: string;
  /** Where it was measured, if only one ISA's figures should stand beside it. */
  readonly isa?: Isa;
}

const UML_2025 =
  'UML 6.13-rc5 with ptrace, by lmbench: H. Tazaki, "nommu UML", version 8, linux-um mailing list, 30 April 2025 (Documentation/virt/uml/nommu-uml.rst)';
const XEN_2003 =
  'fork by lmbench, from Barham et al., "Xen and the Art of Virtualization", SOSP 2003: quoted from memory, not checked';

const PUBLISHED: readonly Published[] = [
  { workload: 'null', guest: 'UML 6.13', native: 0.1735, inGuest: 25.7706, source: UML_2025, isa: 'x86_64' },
  { workload: 'read', guest: 'UML 6.13', native: 0.3488, inGuest: 25.7922, source: UML_2025, isa: 'x86_64' },
  { workload: 'write', guest: 'UML 6.13', native: 0.2861, inGuest: 26.556, source: UML_2025, isa: 'x86_64' },
  {
    workload: 'fork-exec',
    guest: 'UML 6.13',
    native: 535.3,
    inGuest: 2075.8333,
    source: UML_2025,
    isa: 'x86_64',
  },
  { workload: 'forkwait', guest: 'Xen 2003', native: 110, inGuest: 198, source: XEN_2003 },
  { workload: 'forkwait', guest: 'VMware Workstation 2003', native: 110, inGuest: 874, source: XEN_2003 },
  { workload: 'forkwait', guest: 'UML 2003', native: 110, inGuest: 21_000, source: XEN_2003 },
];

const times = (ratio: number) => `${Number(ratio.toPrecision(3))}x`;

function hereCell(measurement: Measurement | undefined): TextCell {
  const overhead = measurement?.overhead;
  if (!overhead) return { text: '–' };
  const { value, range } = ratioText(overhead);
  return { text: value, range };
}

/** No section if nothing was measured that was also published. */
export function presentPublished(result: Result): Section[] {
  const tables = publishedTables(result);
  if (tables.length === 0) return [];
  return [
    {
      id: 'published',
      title: 'Published figures',
      place: 'aside',
      charts: [],
      tables,
      files: [],
      details: [],
    },
  ];
}

/** One for each ISA on which the suite `system` was measured beside a hypervisor. */
export function publishedTables(result: Result): TextTable[] {
  const hypervisors = result.hypervisors.filter(({ mode }) => mode !== 'native').map(({ id }) => id);
  return groupsOf(result).flatMap(({ suite, isa, guests, rows }) => {
    const here = guests.filter((id) => hypervisors.includes(id));
    if (suite !== 'system' || here.length === 0) return [];
    const notes = new Footnotes();
    const body = PUBLISHED.flatMap(({ workload, guest, native, inGuest, source, isa: own = isa }) => {
      const row = rows.find((candidate) => candidate.workload === workload);
      if (!row || own !== isa) return [];
      return [
        [
          { text: workload },
          { text: `${guest} ${notes.mark(source)}` },
          { text: duration(native * 1000) },
          { text: duration(inGuest * 1000) },
          { text: times(inGuest / native) },
          ...here.map((id) => hereCell(row.guests.get(id))),
        ],
      ];
    });
    if (body.length === 0) return [];
    return [
      {
        title: `Published figures and this run (${isa})`,
        about:
          'Native, guest and their ratio as published; then the ratios measured here with their 95 % CIs. CPUs, kernels and programs differ: compare orders of magnitude.',
        head: ['workload', 'published for', 'native', 'guest', 'ratio', ...here],
        rows: body,
        notes: notes.lines(),
      },
    ];
  });
}

/**
 * What one exit costs on CPUs that others have measured, as data. A cost is of the round trip: out of the guest, through
 * what the source has the hypervisor do, and back. Where nobody here had the source before them, it is `recalled`.
 */

export interface Cited {
  readonly value: number;
  readonly source: string;
  readonly recalled?: true;
}

export interface UnitCost {
  /** Of the CPU's own clock; the middle, if the source gives a range. */
  readonly cycles: number;
  readonly range?: readonly [low: number, high: number];
  /** Which round trip it is. */
  readonly what: string;
  readonly source: string;
  readonly recalled?: true;
}

export interface CpuCosts {
  readonly id: string;
  readonly cpu: string;
  readonly year: number;
  /** Hardware assist as it first came, without nested paging. */
  readonly firstGeneration?: true;
  /** The clock of a model of this kind, GHz; null where the source names no CPU: then this computer's clock stands for it. */
  readonly ghz: Cited | null;
  /** By reason, as results name them. */
  readonly byReason?: Readonly<Record<string, UnitCost>>;
  /** Of an exit for any other reason; without it these have no cost. */
  readonly any?: UnitCost;
}

const AGESEN_2012 =
  'Agesen, Mattson, Rugina and Sheldon, “Software Techniques for Avoiding Hardware Virtualization Exits”, USENIX ATC 2012';
const ADAMS_2006 =
  'Adams & Agesen, “A Comparison of Software and Hardware Techniques for x86 Virtualization”, ASPLOS 2006';
const SPLITX = 'Landau, Ben-Yehuda and Gordon, “SplitX”, WIOV 2011 (KVM of Linux 2.6.34, with EPT and VPID)';
const ANANDTECH = 'AnandTech, server review of March 2009 (article 2770)';
const SPECIFICATION = 'Intel’s specification';

/** A row of the table of 2012: the paper's existence and subject were looked up, its figures were not. */
const roundTrip = (cycles: number): UnitCost => ({
  ...{ cycles, what: 'exit and resume, as the hardware does it', source: AGESEN_2012, recalled: true },
});
const PENTIUM_4: Cited = { value: 3.8, source: `Pentium 4 672, the CPU of ${ADAMS_2006}`, recalled: true };

export const CPU_COSTS: readonly CpuCosts[] = [
  {
    ...{ id: 'prescott', cpu: 'Intel Pentium 4 “Prescott”', year: 2005, firstGeneration: true },
    ghz: PENTIUM_4,
    any: roundTrip(3963),
  },
  {
    ...{
      id: 'pentium-4-vmware',
      cpu: 'Intel Pentium 4 with VMware’s VMM',
      year: 2006,
      firstGeneration: true,
    },
    ghz: PENTIUM_4,
    byReason: {
      'page-fault': {
        cycles: 11_242 - 1093,
        what: 'a page fault that the VMM sees first and hands on (pgfault), less the native one',
        source: ADAMS_2006,
      },
      io: { cycles: 15_826, what: 'IN from port 0x80, which the VMM emulates', source: ADAMS_2006 },
    },
  },
  {
    ...{ id: 'merom', cpu: 'Intel Core 2 “Merom”', year: 2006 },
    ghz: { value: 3, source: `Xeon 5160, ${SPECIFICATION}`, recalled: true },
    any: roundTrip(1579),
  },
  {
    ...{ id: 'penryn', cpu: 'Intel Core 2 “Penryn”', year: 2007 },
    ghz: { value: 3, source: `Xeon E5450, ${ANANDTECH}` },
    any: roundTrip(1266),
  },
  {
    ...{ id: 'nehalem', cpu: 'Intel “Nehalem”', year: 2009 },
    ghz: { value: 2.93, source: `Xeon X5570, ${SPLITX}` },
    any: roundTrip(1009),
  },
  {
    ...{ id: 'nehalem-kvm', cpu: 'Intel “Nehalem” with KVM', year: 2011 },
    ghz: { value: 2.93, source: `Xeon X5570, ${SPLITX}` },
    any: { cycles: 2000, what: 'the direct cost of an exit: both switches', source: SPLITX },
  },
  {
    ...{ id: 'westmere', cpu: 'Intel “Westmere”', year: 2010 },
    ghz: { value: 3.33, source: `Xeon X5680, ${SPECIFICATION}`, recalled: true },
    any: roundTrip(761),
  },
  {
    ...{ id: 'sandy-bridge', cpu: 'Intel “Sandy Bridge”', year: 2011 },
    ghz: { value: 2.9, source: `Xeon E5-2690, ${SPECIFICATION}`, recalled: true },
    any: roundTrip(784),
  },
  {
    ...{ id: 'kvm-2024', cpu: 'KVM of 2024 on a current CPU', year: 2024, ghz: null },
    any: {
      cycles: 1058,
      range: [1018, 1098],
      what: 'CPUID, answered in the kernel',
      source: 'a measurement on the kvm mailing list, 2024',
      recalled: true,
    },
  },
];

/** What others have claimed of the cost of virtualization, as data. The two of 2005 come first: hvbench is about them. */
import type { Claim, Subject } from './claim.ts';

const WINHEC_2005 =
  'a marketing manager of AMD on its coming processor extensions “Pacifica”, ' +
  'reported by IDG News Service from the WinHEC conference in May 2005';
const GREGG_2017 = 'B. Gregg, “AWS EC2 Virtualization 2017: Introducing Nitro”, blog, November 2017';
const XEN_2003 = 'Barham et al., “Xen and the Art of Virtualization”, SOSP 2003';
const FELTER_2014 =
  'Felter et al., “An Updated Performance Comparison of Virtual Machines and Linux Containers”, IBM RC25482, 2014';
const FIRECRACKER = 'Firecracker, SPECIFICATION.md';
const VMWARE_2007 = 'VMware, “A Performance Comparison of Hypervisors”, 2007 (ESX Server 3.0.1, Xen 3.0.3)';
const TURTLES_2010 = 'Ben-Yehuda et al., “The Turtles Project”, OSDI 2010';

const ASSISTED: Subject = { words: 'a hypervisor with hardware assist', mode: 'hardware-assisted' };
const PERCENT = 0.01;
const MS = 1e6;
const MIB = 2 ** 20;

/** The second claim of 2005, which a computer without hardware assist can only predict. */
export const ASSIST_NEGLIGIBLE = 'hardware-assist-negligible';

/** What is alike for most. */
const CPU = { figure: 'cpu-time', against: 'native', quiet: 0.01 } as const;
const FIRECRACKER_NOTE = 'Measured in the hypervisors that are here, not in Firecracker.';

export const CLAIMS: readonly Claim[] = [
  {
    ...CPU,
    id: 'hosted-10-30',
    statement: 'Virtualized servers, without help from the processor, pay 10–30 % CPU overhead.',
    ...{ source: WINHEC_2005, year: 2005, basis: 'advertised', work: 'server applications' },
    of: { words: 'a hosted hypervisor', mode: 'hosted' },
    band: () => ({ low: 0.1, high: 0.3 }),
    quiet: 0.05,
  },
  {
    ...CPU,
    id: ASSIST_NEGLIGIBLE,
    statement: 'With hardware assist, the CPU overhead of virtualization becomes negligible.',
    ...{ source: WINHEC_2005, year: 2005, basis: 'advertised', work: 'server applications', of: ASSISTED },
    band: ({ negligible }) => ({ low: null, high: negligible }),
  },
  {
    ...CPU,
    id: 'gregg-software-2x-10x',
    statement: 'Applications in a machine that is virtualized in software run 2 to 10 times slower.',
    ...{ source: GREGG_2017, year: 2017, basis: 'advertised', figure: 'wall-time', work: 'applications' },
    of: {
      words: 'a translator or an interpreter',
      techniques: ['binary-translation', 'interpretation'],
    },
    band: () => ({ low: 1, high: 9 }),
    quiet: 0.05,
  },
  {
    ...CPU,
    id: 'gregg-paravirtual-10-50',
    statement: 'Paravirtualization costs 10–50 %, by its kind and by the workload.',
    ...{ source: GREGG_2017, year: 2017, basis: 'advertised', figure: 'wall-time', work: 'applications' },
    of: { words: 'a hypervisor that executes directly', techniques: ['direct-execution'] },
    band: () => ({ low: 0.1, high: 0.5 }),
    quiet: 0.05,
    note: 'Direct execution of user code, as paravirtualization has it; not every one of these has a guest kernel that was made for it.',
  },
  {
    ...CPU,
    id: 'gregg-hardware-0-1-5',
    statement: 'Virtualization in hardware costs 0.1–1.5 %.',
    ...{ source: GREGG_2017, year: 2017, basis: 'advertised', figure: 'wall-time', work: 'applications' },
    of: ASSISTED,
    band: () => ({ low: 0.1 * PERCENT, high: 1.5 * PERCENT }),
  },
  {
    ...CPU,
    id: 'xen-2003-uml-spec-int',
    statement: 'SPEC INT2000 in User Mode Linux takes about 3 % (2–4 %) more than in Linux.',
    ...{ source: XEN_2003, year: 2003, basis: 'measured', recalled: true, figure: 'wall-time' },
    ...{ work: 'computation that seldom calls the kernel', suites: ['cpu'] },
    of: { words: 'User Mode Linux', ids: ['uml'] },
    band: () => ({ low: 2 * PERCENT, high: 4 * PERCENT }),
  },
  {
    ...CPU,
    id: 'felter-2014-containers',
    statement: 'Containers perform as well as virtual machines or better in almost all cases.',
    ...{ source: FELTER_2014, year: 2014, basis: 'measured', against: 'a virtual machine' },
    ...{ figure: 'wall-time', work: 'CPU, memory, storage and network' },
    of: { words: 'a container', ids: ['container'] },
    band: ({ negligible }) => ({ low: null, high: negligible }),
    versus: ASSISTED,
  },
  {
    ...CPU,
    id: 'firecracker-compute-95',
    statement: 'A guest that only computes reaches more than 95 % of bare metal.',
    ...{ source: FIRECRACKER, year: 2018, basis: 'advertised', of: ASSISTED },
    ...{ figure: 'wall-time', work: 'computation', suites: ['cpu'] },
    band: () => ({ low: null, high: 1 / 0.95 - 1 }),
    note: FIRECRACKER_NOTE,
  },
  {
    id: 'firecracker-boot-125-ms',
    statement: 'A machine reaches user space within 125 ms.',
    ...{ source: FIRECRACKER, year: 2018, basis: 'advertised', of: ASSISTED, quiet: 0 },
    ...{ figure: 'boot-time', against: 'nothing', work: 'boot of a minimal Linux' },
    ...{ suites: ['boot'], metric: 'userSpace' },
    band: () => ({ low: null, high: 125 * MS }),
    note: FIRECRACKER_NOTE,
  },
  {
    id: 'firecracker-memory-5-mib',
    statement: 'The monitor of a machine takes at most 5 MiB of memory beside the guest’s own.',
    ...{ source: FIRECRACKER, year: 2018, basis: 'advertised', quiet: 0 },
    of: { words: 'a hypervisor on KVM', ids: ['kvm', 'qemu-kvm'] },
    ...{ figure: 'memory', against: 'nothing', work: 'an idle machine' },
    ...{ suites: ['density'], metric: 'memory' },
    band: () => ({ low: null, high: 5 * MIB }),
    note: `With what the guest has touched, at the largest number of machines. ${FIRECRACKER_NOTE}`,
  },
  {
    ...CPU,
    id: 'vmware-2007-esx-3',
    statement: 'ESX Server 3.0.1 is 3 % slower than native on average.',
    ...{ source: VMWARE_2007, year: 2007, basis: 'measured', figure: 'wall-time' },
    ...{ work: 'CPU, memory and I/O', of: { words: 'VMware ESX', ids: ['esx'] } },
    band: () => ({ low: 2 * PERCENT, high: 4 * PERCENT }),
  },
  {
    ...CPU,
    id: 'vmware-2007-xen-6',
    statement: 'Xen 3.0.3 is 6 % slower than native on average.',
    ...{ source: VMWARE_2007, year: 2007, basis: 'measured', figure: 'wall-time' },
    ...{ work: 'CPU, memory and I/O', of: { words: 'Xen', ids: ['xen'] } },
    band: () => ({ low: 5 * PERCENT, high: 7 * PERCENT }),
  },
  {
    ...CPU,
    id: 'turtles-2010-nested-6-8',
    statement: 'Common workloads at level 2 are within 6–8 % of level 1.',
    ...{ source: TURTLES_2010, year: 2010, basis: 'measured', figure: 'wall-time', of: ASSISTED },
    ...{ against: 'a single level of virtualization', work: 'common workloads' },
    band: () => ({ low: null, high: 8 * PERCENT }),
    untestable: 'one run sees one of the two levels: hvbench compare puts runs at both side by side',
  },
];

/** Those that a report tells first and in full. */
export const FOUNDING: ReadonlySet<string> = new Set(['hosted-10-30', ASSIST_NEGLIGIBLE]);

/** What a computer runs under, in words that all reports share. */
import type { HostRecord } from './schema.ts';

type Outer = NonNullable<HostRecord['outerHypervisor']>;

/** What carries out its instructions, where the CPU is emulated: what stands beneath all else. */
export const emulatorName = ({ hypervisor, beneath }: Outer): string => beneath ?? hypervisor;

/** "KVM"; "Xen 4.17.7, of which this is the paravirtual dom0 (PV), on QEMU TCG". */
export function outerName(outer: Outer): string {
  const { hypervisor, version, domain, beneath } = outer;
  const name = [hypervisor, version ?? ''].join(' ').trim();
  const article = domain?.role === 'dom0' ? 'the' : 'a';
  const self = domain === undefined ? '' : `, of which this is ${article} ${domainName(domain)}`;
  return `${name}${self}${beneath === undefined ? '' : `, on ${beneath}`}`;
}

/** "runs under KVM (CPUID: KVMKVMKVM)"; what says so in brackets. */
export function underWords(outer: HostRecord['outerHypervisor']): string {
  return outer
    ? `runs under ${outerName(outer)} (${outer.evidence.join('; ')})`
    : 'shows no sign of a hypervisor';
}

/** "paravirtual dom0 (PV)", "domU (HVM)". */
export function domainName({ role, kind }: NonNullable<Outer['domain']>): string {
  const name = `${kind === 'PV' ? 'paravirtual ' : ''}${role ?? 'domain'}`;
  return kind === null ? name : `${name} (${kind})`;
}

/** Whether native is a paravirtual domain: what its kernel asks of the hardware, it asks of the hypervisor. */
export const isParavirtual = ({ outerHypervisor }: Pick<HostRecord, 'outerHypervisor'>): boolean =>
  outerHypervisor?.domain?.kind === 'PV';

/** What native is, where it is a domain of Xen: a sentence. Empty where it is none, or not known for one. */
export function nativeNote({ outerHypervisor }: Pick<HostRecord, 'outerHypervisor'>): string {
  if (!outerHypervisor?.domain) return '';
  const { hypervisor, version, domain } = outerHypervisor;
  return `Native is not bare metal here: it is a ${domainName(domain)} of ${[hypervisor, version].filter(Boolean).join(' ')}.`;
}

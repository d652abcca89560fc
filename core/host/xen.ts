/** What Xen tells the kernel of a domain of itself: /sys/hypervisor (Linux, sysfs-hypervisor-xen) and /proc/xen. */
import type { XenDomain } from '../results/schema.ts';
import type { Host } from './host.ts';
import { cleanText } from './text.ts';

export interface XenFacts {
  /** "4.17.7"; null where it does not tell. */
  readonly version: string | null;
  readonly domain: XenDomain;
  readonly evidence: readonly string[];
}

const FOLDER = '/sys/hypervisor';
/** XENFEAT_dom0 of xen/include/public/features.h: this domain owns the hardware. */
const DOM0_FEATURE = 1 << 11;
const KINDS: readonly XenDomain['kind'][] = ['PV', 'PVH', 'HVM'];

/** Null where this is no domain of Xen, or its kernel does not know that it is one. Never rejects. */
export async function probeXen(host: Host): Promise<XenFacts | null> {
  if (!/^xen$/i.test((await host.read(`${FOLDER}/type`)) ?? '')) return null;
  const [major, minor, extra, guestType, features, capabilities] = await Promise.all([
    ...['version/major', 'version/minor', 'version/extra', 'guest_type', 'properties/features'].map((name) =>
      host.read(`${FOLDER}/${name}`),
    ),
    host.read('/proc/xen/capabilities'),
  ]);
  const version = major && minor ? cleanText(`${major}.${minor}${extra ?? ''}`, 64) : null;
  const said = [
    ['version', version],
    ['guest_type', guestType],
    ['properties/features', features],
  ] as const;
  return {
    version,
    domain: {
      role: roleOf(capabilities ?? null, features ?? null),
      kind: KINDS.find((kind) => kind === guestType) ?? null,
    },
    evidence: [
      ...said.flatMap(([name, text]) => (text ? [`${FOLDER}/${name}: ${cleanText(text, 64)}`] : [])),
      ...(capabilities ? [`/proc/xen/capabilities: ${cleanText(capabilities, 64)}`] : []),
    ],
  };
}

/** /proc/xen is empty where xenfs is not mounted. An empty file in it, or features without that of dom0, is a domU's. */
function roleOf(capabilities: string | null, features: string | null): XenDomain['role'] {
  if (capabilities !== null) return /\bcontrol_d\b/.test(capabilities) ? 'dom0' : 'domU';
  if (features === null || !/^[0-9a-f]{1,8}$/i.test(features)) return null;
  return (Number.parseInt(features, 16) & DOM0_FEATURE) === 0 ? 'domU' : 'dom0';
}

import { cleanText } from './text.ts';

/** What the first processor's block of /proc/cpuinfo says. */
export interface CpuInfo {
  readonly vendor: string;
  readonly model: string;
  readonly family: number | null;
  readonly modelNumber: number | null;
  readonly stepping: number | null;
  readonly microcode: string | null;
  readonly flags: ReadonlySet<string>;
  /** Processor blocks in the file. */
  readonly processors: number;
}

/** Parses the text of /proc/cpuinfo; what is missing or malformed becomes 'unknown', null or empty. */
export function parseCpuInfo(text: string): CpuInfo {
  const fields = firstBlock(text);
  return {
    vendor: cleanText(fields.get('vendor_id') ?? '') || 'unknown',
    model: cleanText(fields.get('model name') ?? '') || 'unknown',
    family: wholeNumber(fields.get('cpu family')),
    modelNumber: wholeNumber(fields.get('model')),
    stepping: wholeNumber(fields.get('stepping')),
    microcode: cleanText(fields.get('microcode') ?? '', 32) || null,
    flags: new Set((fields.get('flags') ?? '').split(/\s+/).filter((flag) => flag !== '')),
    processors: text.match(/^processor\s*:/gm)?.length ?? 0,
  };
}

/** User-Mode Linux names itself as the CPU's vendor. */
export function isUserModeLinux(info: CpuInfo): boolean {
  return info.vendor === 'User Mode Linux' || info.model === 'UML';
}

function firstBlock(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of (text.split(/\n\s*\n/, 1)[0] ?? '').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return fields;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

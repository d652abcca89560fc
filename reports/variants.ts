/** What variants are: a line for each, and the flags that name them again. */
import type { HypervisorInfo } from '../core/results/schema.ts';

type Named = Pick<HypervisorInfo, 'id' | 'version' | 'variant'>;

/** "old is qemu-tcg 9.2.1, qemu-system-x86_64 (SHA-256 0123456789ab), args -accel tcg,tb-size=64." */
export function variantLines(hypervisors: readonly Named[]): string[] {
  return hypervisors.flatMap(({ id, version, variant }) => {
    if (!variant) return [];
    const { of, program, options } = variant;
    const told = Object.entries(options)
      .filter(([name]) => name !== 'program')
      .map(([name, text]) => `${name} ${text}`);
    const file = program && `${program.name} (SHA-256 ${program.sha256.slice(0, 12)})`;
    return [
      `${id} is ${[[of, version].filter(Boolean).join(' '), file, ...told].filter(Boolean).join(', ')}.`,
    ];
  });
}

/** What stands in a result may be anybody's: only plain words are safe to paste into a shell. */
const PLAIN = /^[\w.,=: +/\\-]*$/;

/** Of a run's command; programs and folders by their last names alone, since the rest is nobody else's business. */
export function variantFlags(hypervisors: readonly Named[]): string[] {
  return hypervisors.flatMap(({ id, variant }) => {
    if (!variant) return [];
    const told = Object.entries(variant.options).map(
      ([name, text]) => `${name}=${text.replace(/[,\\]/g, '\\$&')}`,
    );
    const line = [`${id}=${variant.of}`, ...told].join(',');
    return PLAIN.test(line) ? [`--variant '${line}'`] : [];
  });
}

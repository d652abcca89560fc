import type { Result, Technique } from './schema.ts';

/** How the hypervisor of that id executed its guests; null if the result does not know it. */
export function techniqueOf({ hypervisors }: Pick<Result, 'hypervisors'>, id: string): Technique | null {
  return hypervisors.find((hypervisor) => hypervisor.id === id)?.technique ?? null;
}

/** Whether code is warm only after a while: it is interpreted or translated, and costs several times what it does natively. */
export function isTranslator(technique: string): boolean {
  return technique === 'binary-translation' || technique === 'interpretation';
}

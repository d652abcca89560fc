import { expect, it } from 'vitest';
import { assemble } from '../../../core/results/assemble.ts';
import { parseResult } from '../../../core/results/read-result.ts';
import { end, header, launch, sample } from './example.ts';

it('takes hvbench/result@1, in which evidence and outer hypervisors had other names', () => {
  const outerHypervisor = { hypervisor: 'KVM', evidence: ['DMI: QEMU'] };
  const begun = header({ host: { ...header().host, outerHypervisor } });
  const seen = { hypervisor: 'kvm', isa: 'x86_64', platform: 'bare' } as const;
  const result = assemble(
    [begun, { type: 'evidence', ...seen, evidence: ['CPUID'] }, sample(), launch(0), end()],
    [],
  );
  expect(result.hypervisors.map(({ evidence }) => evidence)).toContainEqual(['x86_64: CPUID']);
  const { rows, details, ...rest } = result;
  const { outerHypervisor: _, ...host } = result.host;
  const former = {
    ...{ ...rest, schema: 'hvbench/result@1', host: { ...host, under: outerHypervisor } },
    hypervisors: result.hypervisors.map(({ evidence, ...one }) => ({ ...one, inside: evidence })),
  };
  expect(parseResult(former, [])).toEqual(result);
  // Today's name is not taken from yesterday's file's, nor the other way round.
  expect(() => parseResult({ ...former, schema: result.schema, rows, details }, [])).toThrow(/inside/);
});

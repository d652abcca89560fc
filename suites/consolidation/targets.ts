/** Who takes part: each hypervisor on the first ISA that it runs, with native beside it on each of these. */
import { roleOf } from '../../core/model/role.ts';
import type { Isa } from '../../core/results/schema.ts';
import { lackOf } from '../../core/run/able.ts';
import type { Plan, PlannedMachine, PlannedSuite } from '../../core/run/plan.ts';

export interface ConsolidationTarget {
  readonly isa: Isa;
  readonly machine: PlannedMachine;
}

export interface UnavailableTarget {
  readonly isa: Isa;
  readonly hypervisor: string;
  readonly reason: string;
}

/** Native comes once for each ISA that another runs, or by itself where nobody else was asked for. */
export function consolidationTargets(
  plan: Pick<Plan, 'availabilities' | 'named'>,
  { testbeds }: PlannedSuite,
): { readonly targets: readonly ConsolidationTarget[]; readonly unavailable: readonly UnavailableTarget[] } {
  const guests: ConsolidationTarget[] = [];
  const unavailable: UnavailableTarget[] = [];
  for (const availability of plan.availabilities) {
    const { id } = availability;
    if (roleOf(id) !== 'guest') continue;
    const own = testbeds.flatMap(({ isa, platform, machines }) =>
      machines
        .filter(({ hypervisor }) => hypervisor.id === id)
        // What needs Linux to run a Linux program could run it too, were it not for the time that booting takes.
        .filter(({ image }) => platform === 'bare' || image.runtime === 'linux')
        .map((machine) => ({ isa, machine })),
    );
    const [first] = own;
    if (!first) {
      const asked = testbeds.map(({ isa }) => isa);
      const isa = availability.isas.find((one) => asked.includes(one)) ?? asked[0] ?? 'x86_64';
      unavailable.push({
        isa,
        hypervisor: id,
        reason: lackOf(availability, isa, 'bare') ?? 'it cannot run this',
      });
    } else if (!plan.named.hypervisors && !isBare(first.machine)) {
      const reason = `measured only where it is named: --hypervisor ${id}`;
      unavailable.push({ isa: first.isa, hypervisor: id, reason });
    } else guests.push(first);
  }
  const isas = guests.length > 0 ? guests.map(({ isa }) => isa) : testbeds.slice(0, 1).map(({ isa }) => isa);
  const natives = [...new Set(isas)].flatMap((isa): ConsolidationTarget[] => {
    const machine = testbeds
      .filter((testbed) => testbed.isa === isa)
      .flatMap(({ machines }) => machines)
      .find(({ role }) => role === 'reference');
    return machine ? [{ isa, machine }] : [];
  });
  return { targets: [...natives, ...guests], unavailable };
}

/** Runs the load as it is, without an operating system or a container around it. */
function isBare({ image, hypervisor }: PlannedMachine): boolean {
  return image.runtime === 'bare' && hypervisor.runtimes.bare === 'bare';
}

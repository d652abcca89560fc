/** What the hypervisors of other computers took from the machines there, while a launch ran. */
import type { Host } from '../host/host.ts';
import type { LaunchRecord } from '../results/schema.ts';
import type { Experiment } from '../run/plan.ts';

/** Asks the computers of those of an experiment's machines that were measured in the launch that ends. */
export async function stolenElsewhere(
  { machines }: Experiment,
  measured: readonly string[],
  host: Host,
): Promise<Pick<LaunchRecord, 'stolenElsewhere'>> {
  const asked = machines.flatMap(({ hypervisor: { id, elsewhere } }) =>
    elsewhere && measured.includes(id) ? [{ id, elsewhere }] : [],
  );
  const answers = await Promise.all(
    asked.map(async ({ id, elsewhere }) => [id, await elsewhere.stolen(host).catch(() => null)] as const),
  );
  const known = answers.flatMap(([id, share]) => (share === null ? [] : [[id, share] as const]));
  return known.length > 0 ? { stolenElsewhere: Object.fromEntries(known) } : {};
}

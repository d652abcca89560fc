/** Machines of one name on different computers are different machines: what tells them apart, for people and for groups. */
import { groupBy } from '../../core/group-by.ts';
import { placeText } from '../../core/judge/compare/match.ts';
import { html, type Piece } from './html.ts';
import type { Elsewhere } from './summary.ts';

export interface SiteMachine {
  readonly hypervisor: string;
  readonly elsewhere?: Elsewhere | undefined;
}

/** Equal for figures of the same machine on like computers. */
export const machineKey = ({ hypervisor, elsewhere }: SiteMachine): string =>
  JSON.stringify([hypervisor, elsewhere?.id ?? null]);

/** Names among these, by key: a number stands behind one that several of them have, in their order. */
export function machineNames(machines: readonly SiteMachine[]): ReadonlyMap<string, string> {
  const unique = [...new Map(machines.map((one) => [machineKey(one), one])).values()];
  const named = [...groupBy(unique, ({ hypervisor }) => hypervisor).values()].flatMap((own) =>
    own.map((one, index) => {
      const name = own.length > 1 ? `${one.hypervisor} (${index + 1})` : one.hypervisor;
      return [machineKey(one), name] as const;
    }),
  );
  return new Map(named);
}

/** Below a name: on which computers it was measured, if that is not known from where it stands; `several`: share the name. */
export function whereOf({ elsewhere }: SiteMachine, several = false): Piece {
  return (elsewhere || several) && html`<span class="also">${placeText(elsewhere?.words)}</span>`;
}

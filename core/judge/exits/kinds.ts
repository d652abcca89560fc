/** What counts of exits mean: which are causes, which of these a slow clock makes more of, and what falls under no reason. */

/** Counts by reason, per second, operation or iteration; `exits` are all, if all are counted. */
export type ExitCounts = Readonly<Record<string, number>>;

/** These say of exits what became of them: they are counted under a reason already. */
const FATES: ReadonlySet<string> = new Set(['exits', 'user', 'emulation']);

/**
 * Not caused by what the guest does, but by the clock: a computer that is slower meets more of them for the same work.
 * HLT is one, since how often a guest waits depends on how soon it is woken.
 */
const ASYNCHRONOUS: ReadonlySet<string> = new Set(['interrupt', 'halt']);

/** What falls under no reason that is counted: CPUID, say, or INVLPG. */
export const OTHER = 'other';

/** Exits by reason, `other` for those that fall under none, if all are counted. Below 0 if one fell under two reasons. */
export function causesOf(exits: ExitCounts): [reason: string, count: number][] {
  const known = Object.entries(exits).filter(([reason]) => !FATES.has(reason));
  const sum = known.reduce((total, [, count]) => total + count, 0);
  return exits.exits === undefined ? known : [...known, [OTHER, exits.exits - sum]];
}

/** Those that an instruction of the guest causes: the same on any computer with the same hypervisor. */
export function synchronousOf(exits: ExitCounts): [reason: string, count: number][] {
  return causesOf(exits).filter(([reason]) => !ASYNCHRONOUS.has(reason));
}

/** The others. On an emulated CPU they mean nothing. */
export function asynchronousOf(exits: ExitCounts): [reason: string, count: number][] {
  return causesOf(exits).filter(([reason]) => ASYNCHRONOUS.has(reason));
}

/** Whether every exit was counted, and not only those of some reasons. */
export function countsAll(exits: ExitCounts): boolean {
  return exits.exits !== undefined;
}

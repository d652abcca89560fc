/** The one owner of a run's time: what is measured in turns shares all of it. */

/** Something that is measured in its turn. */
export interface Turn {
  /** Its share of the time, in proportion to that of the others; 0 where it has nothing to measure. */
  readonly weight: number;
  /** `seconds`: how long it may take. It may take less, or a little more where it has to. */
  readonly measure: (seconds: number) => Promise<void>;
}

/**
 * Takes turns, one after another. Each is given its share of what is left for it and those to come: what one did not use
 * goes to them, and what one took beyond its share is borne by all of them alike. `now`: the clock, ms.
 */
export async function takeTurns(
  seconds: number,
  turns: readonly Turn[],
  now: () => number = () => performance.now(),
): Promise<void> {
  const began = now();
  for (const [index, { weight, measure }] of turns.entries()) {
    const left = Math.max(0, seconds - (now() - began) / 1000);
    const weights = turns.slice(index).reduce((sum, turn) => sum + turn.weight, 0);
    await measure(weight > 0 ? (left * weight) / weights : 0);
  }
}

/**
 * Every part of `T`, those that may be absent by name as well: whoever hands an object on part by part is told by the compiler
 * of a part that came later, instead of losing it in silence.
 */
export type Every<T> = { [Part in keyof Required<T>]: T[Part] };

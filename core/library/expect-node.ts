import lack from '#node-version';
import { UserError } from '../errors.ts';

/** Throws UserError if this Node.js is too old for what a call would load. */
export function expectNode(): void {
  if (lack) throw new UserError(`hvbench cannot run: ${lack}`);
}

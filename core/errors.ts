import type { z } from 'zod';

/** An error that a user can mend: what, where and what to do, in one line. The command exits with 2. */
export class UserError extends Error {
  override name = 'UserError';
}

/** Something that this installation lacks what to make with: it costs that, and nothing else. */
export class UnmakeableError extends UserError {
  override name = 'UnmakeableError';
}

/** Something was done, and could not be kept in whole: told even to who has interrupted it. */
export class UnkeptError extends UserError {
  override name = 'UnkeptError';
}

/** A gate has nothing to judge by: its file is missing, or holds nothing of this host class. */
export class NoBaselineError extends UserError {
  override name = 'NoBaselineError';
  /** The message without advice. */
  readonly lack: string;
  constructor(lack: string, advice: string) {
    super(`${lack}; ${advice}`);
    this.lack = lack;
  }
}

const LONGEST_REASON = 300;

/** What a value has that a schema refuses first, and where: in one line each, and clipped, for keys may be of any length. */
export function firstIssue({ issues: [issue] }: z.ZodError): {
  readonly where: string;
  readonly what: string;
} {
  const [where, what] = [issue?.path.map(String).join('.') ?? '', issue?.message ?? ''];
  return { where: firstLine(where, LONGEST_REASON), what: firstLine(what, LONGEST_REASON) };
}

/** The first line of a text, or the beginning of it. */
export function firstLine(text: string, length = Number.POSITIVE_INFINITY): string {
  return (text.split(/[\r\n]/, 1)[0] ?? '').slice(0, length);
}

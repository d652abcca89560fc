/** What to say where exits were given and nothing came of them. */
import type { ClaimResult } from '../results/schema.ts';

export function unpredicted(claims: readonly ClaimResult[]): void {
  if (claims.some(({ predicted }) => predicted !== undefined)) return;
  process.stderr.write(
    'nothing is predicted of a claim: this result could test it, or exits were not counted of the same machine code (hvbench predict says which)\n',
  );
}

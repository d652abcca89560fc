/** Claims that a configuration adds. */
import { type OwnClaim, ownClaimsSchema } from '../../model/claim.ts';
import type { Claim } from './claim.ts';

const percentOf = (percent: number | undefined) => (percent === undefined ? null : percent / 100);

/** Those in a configuration as a result keeps it, which may be somebody else's: none if they are no claims. */
export function ownClaims(config: Readonly<Record<string, unknown>>): Claim[] {
  const parsed = ownClaimsSchema.safeParse(config.claims ?? []);
  return parsed.success ? parsed.data.map(claimOf) : [];
}

function claimOf({
  id,
  statement,
  source,
  year,
  basis,
  hypervisors,
  suites,
  figure,
  band,
  quiet,
}: OwnClaim): Claim {
  return {
    ...{ id: `own-${id}`, statement, source: source ?? 'this configuration', year: year ?? 0 },
    ...{ basis: basis ?? 'advertised', figure: figure ?? 'cpu-time', against: 'native' },
    work: suites ? suites.join(', ') : 'all suites',
    of: { words: hypervisors.join(' or '), ids: hypervisors },
    ...(suites && { suites }),
    band: () => ({ low: percentOf(band.low), high: percentOf(band.high) }),
    quiet: (quiet ?? 1) / 100,
  };
}

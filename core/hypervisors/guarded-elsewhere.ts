/** What a driver of somebody else's tells of another computer, held to what the interface promises. */
import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Every } from '../model/every.ts';
import type { ComputerState, Elsewhere, Place } from './elsewhere.ts';
import { type Failing, messageOf } from './guarded-errors.ts';

const share = z.number().min(0).max(1);
const kHz = z.number().positive().nullable();

const stateSchema: z.ZodType<ComputerState> = z.strictObject({
  load: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  stolen: z.strictObject({ now: share.nullable(), sinceBoot: share.nullable() }),
  availableBytes: z.number().nullable(),
  frequency: z.strictObject({ governor: z.string().max(64).nullable(), kHz, mostKHz: kHz }),
  clock: z.strictObject({ offsetNs: z.number(), roundTripNs: z.number().nonnegative() }).nullable(),
});

/** The same, whose methods fail by MachineError alone; `plugin`: who is told to have done otherwise. */
export function guardedElsewhere(elsewhere: Elsewhere, plugin: string, failing: Failing): Every<Elsewhere> {
  const asked = <T>(what: keyof Elsewhere, schema: z.ZodType<T>, ask: () => Promise<T>) =>
    failing(async () => {
      const { success, data, error } = schema.safeParse(await ask());
      if (success) return data;
      const [issue] = error.issues;
      const where = ['elsewhere', what, ...(issue?.path ?? [])].join('.');
      throw new Error(`${where} is no answer: ${issue?.message}`);
    });
  return {
    stolen: (host) => asked('stolen', share.nullable(), () => elsewhere.stolen(host)),
    state: (host) => asked('state', stateSchema, () => elsewhere.state(host)),
    place: (host) => failing(() => guardedPlace(elsewhere, plugin, host)),
  };
}

async function guardedPlace(elsewhere: Elsewhere, plugin: string, host: Host): Promise<Every<Place> | null> {
  const place = await elsewhere.place(host);
  if (place === null) return null;
  const { id } = place;
  if (typeof id !== 'string') throw new Error('elsewhere.place.id is no answer: it is no text');
  return {
    id,
    async lock(options) {
      try {
        return await place.lock(options);
      } catch (error) {
        if (options.signal?.aborted || error instanceof UserError) throw error;
        const isUsers = Object(error).name === 'UserError';
        throw new UserError(isUsers ? messageOf(error) : `plugin ${plugin}: ${messageOf(error)}`);
      }
    },
  };
}

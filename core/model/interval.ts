import { z } from 'zod';
import { end } from '../results/bounds.ts';

/** An estimate with its 95 % confidence interval, as files hold it; the unit is that of the estimate. */
export const intervalSchema = z.strictObject({ estimate: end, low: end, high: end });
export type Interval = z.infer<typeof intervalSchema>;

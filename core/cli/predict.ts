/** `hvbench predict RESULT`: what hardware assist would cost on CPUs that are not here. */
import { predictionFormats } from '../../reports/predict/index.ts';
import { type PredictOptions, predict as predictOf } from '../library/predict.ts';
import { type OutputFlags, outputsOf } from './outputs.ts';
import { type ConfigFlag, partsFor } from './parts.ts';
import { present } from './present.ts';

export interface PredictFlags extends OutputFlags, ConfigFlag {
  readonly exits?: string;
  readonly hypervisor?: string;
  readonly cpu?: readonly string[];
  readonly costs?: readonly string[];
  readonly clock?: PredictOptions['clock'];
}

/** Throws UserError where nothing can be predicted, or a file cannot be written. */
export async function predict(path: string, flags: PredictFlags): Promise<void> {
  const { cpu: cpus, exits, hypervisor, costs, clock } = flags;
  const report = await predictOf(path, { cpus, exits, hypervisor, costs, clock }, await partsFor(flags));
  const [{ name: usual }] = predictionFormats;
  await present(outputsOf(flags, usual), {
    formats: predictionFormats,
    render: (format, options) => format.render(report, options),
  });
}

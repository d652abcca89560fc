import { probe } from '../library/probe.ts';
import { useColour } from './colour.ts';
import { renderDoctor } from './doctor-render.ts';
import { type ConfigFlag, type MachineFlag, partsFor, type VariantFlag } from './parts.ts';

export interface DoctorOptions extends ConfigFlag, VariantFlag, MachineFlag {
  /** Print the examination as JSON instead of text. */
  readonly json: boolean;
}

/** `hvbench doctor`: prints what can run on this computer, and how to get what cannot, to standard output. */
export async function doctor({ json, ...flags }: DoctorOptions): Promise<void> {
  const examination = await probe(await partsFor(flags));
  process.stdout.write(
    json ? `${JSON.stringify(examination, null, 2)}\n` : renderDoctor(examination, useColour()),
  );
}

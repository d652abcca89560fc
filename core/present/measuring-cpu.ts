/** The CPU that measured, in words. */
export function measuringCpu({
  benchCpu,
  cpuChosen,
}: {
  readonly benchCpu: number;
  readonly cpuChosen: boolean;
}): string {
  return `CPU ${benchCpu}${cpuChosen ? ' (chosen by the user)' : ''}`;
}

/** The back ends by name: a new one is a file, and a line here. */
import type { BackEndName, FleetBackEnd } from './back-end.ts';
import { kubernetes } from './kubernetes.ts';
import { slurm } from './slurm.ts';
import { sshList } from './ssh-list.ts';
import type { KubernetesOptions, SlurmOptions, SshOptions } from './submission.ts';

/** What each is told, as its part of the submission has it. */
export interface OptionsOf {
  readonly slurm: SlurmOptions;
  readonly ssh: SshOptions;
  readonly kubernetes: KubernetesOptions;
}

const backEnds: { readonly [Name in BackEndName]: FleetBackEnd<OptionsOf[Name]> } = {
  slurm,
  ssh: sshList,
  kubernetes,
};

export function backEndOf<Name extends BackEndName>(name: Name): FleetBackEnd<OptionsOf[Name]> {
  return backEnds[name];
}

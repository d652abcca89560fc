/** A fleet on Kubernetes, as far as it goes without asking it: the manifest of a job, and what to do with it. */
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { writeOrSay } from '../files.ts';
import { quoted } from '../host/advice.ts';
import type { FleetBackEnd } from './back-end.ts';
import { folderInVolume, jobName, kubernetesJob, podsOf } from './kubernetes-job.ts';
import type { KubernetesOptions } from './submission.ts';

const MANIFEST = 'kubernetes-job.json';

export const kubernetes: FleetBackEnd<KubernetesOptions> = {
  // As an Indexed Job counts.
  async hosts({ nodes }) {
    return Array.from({ length: nodes }, (_, index) => `task-${index}`);
  },

  async submit(plan, options, hosts) {
    const path = join(plan.folder, MANIFEST);
    const text = `${JSON.stringify(kubernetesJob(plan, options), null, 2)}\n`;
    writeOrSay(path, text, path, 'choose another --out');
    return {
      entries: hosts.map((name, index) => ({ name, job: String(index) })),
      notes: [
        `not run here: kubectl apply -f ${quoted(path)}`,
        `when it is over, copy hosts/ of ${folderInVolume(plan.id)} in the volume ${options.claim} to ${quoted(plan.folder)}, then collect`,
        ...(options.kvmResource === undefined
          ? ['its pods have no /dev/kvm: --kvm-resource names what a device plugin offers it as']
          : []),
      ],
    };
  },

  async ask({ submission: { id } }, entries) {
    const reason = `hvbench does not ask Kubernetes: kubectl get pods ${podsOf(id)}`;
    return new Map(entries.map(({ name }) => [name, { state: 'unknown', reason } as const]));
  },

  async cancel({ submission: { id } }) {
    throw new UserError(`hvbench does not ask Kubernetes: kubectl delete job ${jobName(id)}`);
  },
};

/** An Indexed Job of Kubernetes: a pod for each host, alone of its fleet on its node, with whole CPUs of its own. */
import type { FleetPlan } from './back-end.ts';
import type { KubernetesOptions } from './submission.ts';

/** Where the pods find the volume that they share. */
const MOUNT = '/fleet';
const VOLUME = 'fleet';
const LABEL = 'hvbench-fleet';
/** For a run that is told to end, to write its result. */
const GRACE_SECONDS = 180;

export const jobName = (id: string): string => `hvbench-${id}`;
export const podsOf = (id: string): string => `-l ${LABEL}=${id}`;
/** Of the fleet in the volume. */
export const folderInVolume = (id: string): string => jobName(id);

/** Kubernetes expands `$(NAME)` in arguments, and takes two dollars for one. */
export const escaped = (script: string): string => script.replaceAll('$', '$$$$');

/**
 * The manifest. Requests are limits, and CPUs whole: the pod is of the class Guaranteed, and a kubelet whose CPU manager is
 * static gives it CPUs of its own. A part whose node dies is begun once more.
 */
export function kubernetesJob({ id, script }: FleetPlan, options: KubernetesOptions): object {
  const { nodes, image, claim, cpus, memoryMib, kvmResource } = options;
  const labels = { [LABEL]: id };
  const resources = {
    cpu: String(cpus),
    memory: `${memoryMib}Mi`,
    ...(kvmResource !== undefined && { [kvmResource]: '1' }),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobName(id), labels },
    spec: {
      completionMode: 'Indexed',
      completions: nodes,
      parallelism: nodes,
      // One host that fails is no reason to end the others.
      backoffLimitPerIndex: 1,
      maxFailedIndexes: nodes,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: GRACE_SECONDS,
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' },
              ],
            },
          },
          containers: [
            {
              name: 'hvbench',
              image,
              command: ['sh', '-c', escaped(script), 'host', `${MOUNT}/${folderInVolume(id)}`],
              env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
              resources: { requests: resources, limits: resources },
              // Kubernetes tells the script alone, and that waits for the command.
              lifecycle: { preStop: { exec: { command: ['sh', '-c', 'kill -TERM -1'] } } },
              volumeMounts: [{ name: VOLUME, mountPath: MOUNT }],
            },
          ],
          volumes: [{ name: VOLUME, persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  };
}

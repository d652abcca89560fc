/** Held to the published schema of Kubernetes; the manifest was run nowhere. */
import { Job } from 'kubernetes-models/batch/v1';
import { expect, it } from 'vitest';
import { hostScript } from '../../../core/fleet/host-script.ts';
import { escaped, kubernetesJob } from '../../../core/fleet/kubernetes-job.ts';

const plan = { id: '0123abcd', folder: '/fleet', script: hostScript('hvbench run --suite cpu') };
const options = { nodes: 8, image: 'hvbench:1', claim: 'results', cpus: 4, memoryMib: 8192 };
const job = (more: object = {}) =>
  JSON.parse(JSON.stringify(kubernetesJob(plan, { ...options, ...more }))) as ReturnType<typeof example>;

const validate = (data: object) => new Job(data as ConstructorParameters<typeof Job>[0]).validate();

/** Its parts that are looked at, as types. */
function example() {
  return {
    spec: {
      completions: 0,
      template: {
        spec: {
          containers: [{ command: [''], resources: { requests: {} as object, limits: {} as object } }],
          affinity: { podAntiAffinity: {} as object },
        },
      },
    },
  };
}

it.each([{}, { kvmResource: 'devices.kubevirt.io/kvm' }])(
  'is a job as Kubernetes publishes it: %j',
  (more) => {
    expect(() => validate(job(more))).not.toThrow();
  },
);

it('would be refused by the schema if it were none', () => {
  const { spec } = job();
  expect(() => validate({ ...job(), spec: { ...spec, completions: 'eight' } })).toThrow(/completions/);
  expect(() => validate({ ...job(), spec: { ...spec, template: undefined } })).toThrow(/template/);
  expect(() => validate({ ...job(), spec: { ...spec, backoffLimitPerIndex: 1.5 } })).toThrow(/backoff/);
});

it('has whole CPUs and memory of its own, and a pod a node', () => {
  const { template } = job({ kvmResource: 'devices.kubevirt.io/kvm' }).spec;
  const [container] = template.spec.containers;
  expect(container?.resources.requests).toEqual({
    cpu: '4',
    memory: '8192Mi',
    'devices.kubevirt.io/kvm': '1',
  });
  expect(container?.resources.limits).toEqual(container?.resources.requests);
  expect(template.spec.affinity.podAntiAffinity).toEqual({
    requiredDuringSchedulingIgnoredDuringExecution: [
      {
        labelSelector: { matchLabels: { 'hvbench-fleet': '0123abcd' } },
        topologyKey: 'kubernetes.io/hostname',
      },
    ],
  });
});

it('hands over the script as it is, although Kubernetes expands dollars', () => {
  const script = job().spec.template.spec.containers[0]?.command[2] ?? '';
  expect(script).toBe(escaped(plan.script));
  expect(script.replaceAll('$$', '$')).toBe(plan.script);
  expect(script.replaceAll('$$', '')).not.toContain('$');
});

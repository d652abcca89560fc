/** Live progress on standard error: one line that changes in a terminal, one line a launch elsewhere. */
import prettyMs from 'pretty-ms';
import { count } from '../present/format.ts';
import type { Isa, Platform } from '../results/schema.ts';
import type { RunEvent } from '../run/options.ts';
import { printable } from './printable.ts';
import { createSpinner } from './spinner.ts';
import { unmeasuredLine, unwrittenLine } from './written.ts';

export interface Progress {
  listen(event: RunEvent): void;
  stop(): void;
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const { spinner, live } = createSpinner(stream);
  const started = performance.now();
  let leftAt = { seconds: Number.NaN, at: started };
  let precise = '';

  const left = () => {
    if (Number.isNaN(leftAt.seconds)) return '';
    const seconds = leftAt.seconds - (performance.now() - leftAt.at) / 1000;
    // A run goes on for the two launches that a CI takes, however small its budget.
    return seconds < 0.5 ? ', past the budget' : `, about ${duration(seconds)} left`;
  };
  const line = (text: string) => {
    if (!live) stream.write(`${text}\n`);
  };

  return {
    listen(event) {
      switch (event.type) {
        case 'phase':
          spinner.start(event.text);
          break;
        case 'note':
          spinner.stop();
          stream.write(`note: ${printable(event.text)}\n`);
          spinner.start();
          break;
        case 'plan': {
          leftAt = { seconds: event.plan.profile.budgetSeconds, at: performance.now() };
          const rows = event.plan.experiments.map(
            ({ isa, platform, machines, workloads, operations }) =>
              `${[workloads.length > 0 && count(workloads.length, 'workload'), operations.length > 0 && count(operations.length, 'operation')].filter(Boolean).join(' and ')} on ${machines.map((m) => m.hypervisor.id).join(', ')} (${stageName(isa, platform)})`,
          );
          const ownMethodSuites = event.plan.ownMethodSuites.map(({ suite }) => suite);
          spinner.stop();
          stream.write(
            `Measuring ${[...rows, ...ownMethodSuites].join('; ')}, at most ${duration(event.plan.profile.budgetSeconds)}; seed ${event.plan.seed}; results in ${event.folder}\n`,
          );
          for (const one of event.unmeasured) stream.write(`${printable(unmeasuredLine(one))}\n`);
          for (const { available, id, reason } of event.plan.availabilities) {
            if (!available && !event.unmeasured.some(({ name }) => name === id))
              stream.write(`${id} is not measured: ${printable(reason ?? 'it cannot run here')}\n`);
          }
          spinner.start();
          break;
        }
        case 'launch':
          line(
            `launch ${event.launch + 1}, ${stageName(event.isa, event.platform)}: ${count(event.workloads, 'workload')}${precise}${left()}`,
          );
          break;
        case 'workload':
          spinner.text = `launch ${event.launch + 1}, ${stageName(event.isa, event.platform)}: ${event.suite}/${event.workload} (${event.position} of ${event.workloads})${precise}${left()}`;
          break;
        case 'operations': {
          const text = `operations, launch ${event.launch + 1}, ${event.isa}: ${count(event.operations, 'operation')} on ${event.hypervisor}${left()}`;
          line(text);
          spinner.text = text;
          break;
        }
        case 'overrun':
          spinner.stop();
          stream.write(
            `note: ${count(event.launches, 'launch', 'launches')}, the fewest that give a CI, take about ${duration(event.seconds)} here: more than the ${duration(event.budgetSeconds)} that there are; measuring ends after them\n`,
          );
          leftAt = { seconds: event.seconds, at: performance.now() };
          spinner.start();
          break;
        case 'step':
          line(event.text);
          spinner.text = event.text;
          break;
        case 'failure': {
          const what = [event.hypervisor, event.isa, event.workload].filter(Boolean).join(' ');
          spinner.stop();
          stream.write(`failed: ${printable(`${what}: ${event.error}`)}\n`);
          spinner.start();
          break;
        }
        case 'lost': {
          const what = [event.hypervisor, event.isa, event.workload].filter(Boolean).join(' ');
          spinner.stop();
          stream.write(`lost, and tried again: ${printable(`${what}: ${event.error}`)}\n`);
          spinner.start();
          break;
        }
        case 'unwritten':
          spinner.stop();
          stream.write(`${printable(unwrittenLine(event))}\n`);
          break;
        case 'estimate':
          leftAt = { seconds: event.secondsLeft, at: performance.now() };
          precise = `; ${event.precise} of ${event.rows} rows precise`;
          break;
      }
    },
    stop() {
      spinner.stop();
    },
  };
}

function stageName(isa: Isa, platform: Platform): string {
  return platform === 'linux' ? `${isa} Linux` : isa;
}

function duration(seconds: number): string {
  return prettyMs(Math.round(seconds) * 1000, { unitCount: 2, verbose: false });
}

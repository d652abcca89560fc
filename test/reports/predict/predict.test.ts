import { expect, it } from 'vitest';
import { checkPrediction } from '../../../core/judge/predict/check.ts';
import { published } from '../../../core/judge/predict/cpu.ts';
import { counterOf, predict } from '../../../core/judge/predict/predict.ts';
import { CPU_COSTS } from '../../../core/judge/predict/unit-costs.ts';
import { PREDICTION_FORMAT_NAMES } from '../../../reports/names.ts';
import { type PredictionReport, predictionFormats } from '../../../reports/predict/index.ts';
import { stored, withCounts } from '../../core/judge/exits/example.ts';

const measured = stored('measured');
const cpus = CPU_COSTS.map((one) => published(one, 2.6, 'own'));

function report(counted = stored('shadow')): PredictionReport {
  const counter = counterOf(counted);
  if (!counter) throw new Error('nobody counted');
  return {
    ...predict(measured, counted, counter, cpus),
    ...{ target: 'here', source: 'there', check: checkPrediction(measured) },
  };
}

function render(name: string, of = report()): string {
  const format = predictionFormats.find((one) => one.name === name);
  if (!format) throw new Error(`there is no ${name}`);
  return format.render(of, { colour: false, width: 200 });
}

it('has the formats that --help names', () => {
  expect(predictionFormats.map(({ name }) => name)).toEqual([...PREDICTION_FORMAT_NAMES]);
});

it('says that it predicts, what it leaves out, and where its figures are from', () => {
  const text = render('markdown');
  expect(text).toMatch(
    /^# Predicted overhead of hardware assist\n\n- Predicted, not measured: .* Left out: two-dimensional page walks/,
  );
  expect(text).toContain('2 workloads of 3 cause no exit');
  // 3963 cycles at 3.8 GHz and 1579 at 3 GHz, each in 1926 ns.
  expect(text).toMatch(/\| memory\/first-touch \(x86\\_64\) \| \+54\.2 % \| \+138\.7 % \| \+27\.3 % \|/);
  expect(text).toMatch(/3,963 \(1\).*\n/);
  expect(text).toContain('recalled, not checked');
});

it('shows how far it is off, and that few workloads test it', () => {
  const text = render('markdown');
  expect(text).toContain('How far off: kvm by direct-execution');
  expect(text).toContain('1 of them causes exits, and only it tests the costs.');
  expect(render('markdown', { ...report(), check: null })).not.toContain('How far off');
});

it('marks an exit that has no price on some CPU', () => {
  const text = render('markdown', report(withCounts(stored('shadow'), { exits: 1, mmio: 1 })));
  expect(text).toMatch(/no price of an exit: mmio/);
});

it('gives programs all digits', () => {
  const [head = '', ...lines] = render('csv').split('\n');
  expect(head).toMatch(
    /,page_fault_per_iteration,hypercall_per_iteration,other_per_iteration,cpu,predicted_overhead,/,
  );
  expect(lines.filter((line) => line.includes(',prescott,'))).toHaveLength(3);
  const { schema, rows } = JSON.parse(render('json')) as { schema: string; rows: unknown[] };
  expect([schema, rows.length]).toEqual(['hvbench/prediction@1', 3]);
});

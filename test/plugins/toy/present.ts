/** What there is to say of started programs: a chart, a table and a file, in no format. */
import type { Result, Section } from 'hvbench';
import type { SpawnDetail } from './schema.ts';

const ms = (ns: number) => `${(ns / 1e6).toFixed(2)} ms`;
const COLOUR = '#4477aa';

export function presentSpawns(details: readonly SpawnDetail[], { rows }: Result): Section[] {
  const found = rows.flatMap(({ suite, dimensions: { command = '' }, metrics: { started } }) =>
    suite === 'spawn' && typeof started?.value === 'object'
      ? [{ command: String(command), ...started.value }]
      : [],
  );
  return [
    {
      id: 'spawn',
      title: 'Starting a program',
      method: 'Each program was started on the measuring CPU, and timed from asking for it to its end.',
      charts: [
        {
          file: 'spawn.png',
          title: 'What starting a program takes',
          legend: 'From asking for it to its end, on the clock of the host.',
          shown: {
            caption: 'Starting a program',
            alt: found.map(({ command, estimate }) => `${command}: ${ms(estimate)}`).join('; '),
          },
          drawing: {
            kind: 'bars',
            axis: 'ms',
            parts: [{ title: 'started and ended', colour: COLOUR }],
            groups: [
              {
                title: 'native',
                note: '',
                bars: found.map(({ command, estimate }) => ({
                  label: command,
                  pale: false,
                  end: estimate / 1e6,
                  text: ms(estimate),
                  cuts: [{ part: 0, from: 0, to: estimate / 1e6 }],
                })),
              },
            ],
            all: 'spawn.csv',
          },
        },
      ],
      tables: [
        {
          title: 'Starting a program',
          about: 'From asking for it to its end; 95 % interval.',
          head: ['program', 'time'],
          rows: found.map(({ command, estimate, low, high }) => [
            { text: command },
            { text: ms(estimate), range: `[${ms(low)}, ${ms(high)}]` },
          ]),
          notes: [],
        },
      ],
      files: [
        {
          file: 'spawn.csv',
          columns: ['command', 'launch', 'ns'],
          rows: () =>
            details.flatMap(({ command, launches }) =>
              launches.flatMap(({ launch, values }) => values.map((ns) => [command, launch, ns])),
            ),
        },
      ],
      details: [],
    },
  ];
}

/**
 * Who may import whom; imports of types count. docs/structure.md says it in words, `npm run lint` and CI check it.
 */

// What reads the imports. Where it is missing, dependency-cruiser says nothing and sees no TypeScript: fail instead.
require('@swc/core/Visitor');

/** Small helpers that anything may use; they know nothing of hypervisors. */
const HELPERS = '^core/(errors|files|file-lock|group-by|package)\\.ts$';
/** What is put together from everything: the library and the command. */
const TOP = '^core/((index|parts)\\.ts$|(cli|library)/)';
const PROJECT = '^(core|suites|reports|test|bin)/';
/** The modules of Node that read this computer, and start processes on it. */
const COMPUTER = '^(node:)?(fs|fs/promises|os|child_process)$';
const DRIVER = '^core/hypervisors/[^/]+/';

/** A rule by which what is at `from` imports nothing of the project but what is at one of `allowed`. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: PROJECT, pathNot: [from, ...allowed] },
});

/** A rule by which what is at `from`, but not at `but`, does not import what is at `to`. */
const never = (name, from, to, comment, but = []) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: but },
  to: { path: to },
});

const SOURCES = '^(core|suites|reports)/';

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-development-dependencies',
      comment: 'What an installation of the package lacks cannot be imported by it.',
      severity: 'error',
      from: { path: SOURCES },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    never('sources-without-tests', SOURCES, '^test/', 'Tests know the sources, not the other way round.'),

    only('stats-alone', '^core/stats/', [], 'Pure functions of numbers.'),
    only('results-below', '^core/(results|model)/', ['^core/stats/', HELPERS], 'Words, schemas and folds.'),
    only(
      'present-alone',
      '^core/present/',
      ['^core/(model|stats)/', HELPERS],
      'Words of any suite and any format.',
    ),
    only(
      'judge-reads-results',
      '^core/judge/',
      ['^core/(results|model|stats)/', HELPERS],
      'Claims, compare, gate and history judge what is in a result, whoever measured it.',
    ),

    never(
      'host-below-guests',
      '^core/host/',
      '^core/(guest|hypervisors|measure|run|config|exec|validate|judge)/',
      'The computer knows nothing of what runs on it.',
    ),
    never(
      'host-through-its-port',
      '^core/host/',
      COMPUTER,
      'What describes a computer asks its port (host.ts), so that it can be another one. These are of this computer: its port, and what holds files of it open.',
      [
        '^core/host/(files-below|local|capture|execute|path|start)\\.ts$',
        '^core/host/(cpu-lock|holder|file-digest|page-cache|permission)\\.ts$',
      ],
    ),
    never(
      'guests-below-hypervisors',
      '^core/guest/',
      '^core/(hypervisors|measure|run|config|exec|validate|judge)/',
      'An image knows nothing of who boots it.',
    ),
    never(
      'hypervisors-below-runs',
      '^core/hypervisors/',
      '^core/(measure|run|config|exec|validate|judge)/',
      'A driver starts machines; what is measured in them is none of its business.',
    ),
    never(
      'drivers-ask-their-host',
      '^core/hypervisors/',
      '^(node:)?child_process$',
      'What looks for a hypervisor, or starts a machine, asks the host that it is handed. These are processes that run on it beside their guest, and trials and groups of QEMUs that the tool itself is the parent of.',
      [
        '^core/hypervisors/(qemu|uml)/machine\\.ts$',
        '^core/hypervisors/qemu/(lean-guest|leave-cpu|machine-types|trial-boot)\\.ts$',
      ],
    ),
    never(
      'drivers-by-registry',
      SOURCES,
      DRIVER,
      "Drivers are known by their interface; the registry alone names them. `hvbench self` measures our VMM's own costs, and an emulated computer is not measured: it is started by QEMU. A fleet reaches its hosts as a machine by SSH is reached.",
      '^core/(hypervisors/|emulate/|fleet/|cli/self\\.ts$)',
    ),

    never(
      'emulation-below-the-top',
      SOURCES,
      '^core/emulate/',
      'A computer that is emulated runs the command, and nothing in the command knows of it.',
      ['^core/emulate/', TOP],
    ),

    never(
      'fleets-below-the-command',
      SOURCES,
      '^core/fleet/',
      'A fleet runs the command on many hosts, and nothing in the command knows of it.',
      ['^core/fleet/', '^core/cli/'],
    ),

    never('core-without-suites', '^core/', '^suites/', 'The engine knows no suite.', TOP),
    never('core-without-reports', '^core/', '^reports/', 'The engine knows no format.', TOP),
    never('top-is-top', SOURCES, TOP, 'The command and the library are put on top of the rest.', TOP),

    never('suites-without-reports', '^suites/', '^reports/', 'A suite has no format in it.'),
    never(
      'suites-without-drivers',
      '^suites/',
      '^core/hypervisors/(?!(hypervisor|vm-group|vm-spec)\\.ts$)',
      'A suite knows hypervisors by their interface.',
    ),
    only(
      'reports-read-results',
      '^reports/',
      ['^core/(results|model|stats|judge|present)/', HELPERS],
      'A report has everything from the result and what was judged on it.',
    ),
  ],
  // Imports of types are seen: this is one. Without them, some of the above would hold by itself.
  required: [
    {
      name: 'types-are-seen',
      severity: 'error',
      module: { path: '^core/judge/claims/findings\\.ts$' },
      to: { path: '^core/(results|model)/' },
    },
  ],
  options: {
    // TypeScript 7 has no programming interface any more.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '^(node_modules|vendor|dist)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['hvbench-source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.cjs', '.js'],
    },
  },
};

/** The library's types, by the names that programs know them by. */
import type { BenchOptions as Options } from '../run/options.ts';
import type { AbOptions as Comparing } from './ab.ts';
import type { BenchEvent } from './events.ts';
import type { GateOptions as Gating } from './gate.ts';

/** What a run can be told. */
export type BenchOptions = Options<BenchEvent>;

/** What a gate can be told. */
export type GateOptions = Gating<BenchEvent>;

/** What an A/B can be told. */
export type AbOptions = Comparing<BenchEvent>;

export type { ComparisonReport as Comparison } from '../../reports/compare/index.ts';
export type { ExitsReport } from '../../reports/exits/index.ts';
export type { ClassHistory, HistoryReport } from '../../reports/history/index.ts';
export type { PredictionReport } from '../../reports/predict/index.ts';
export type { BootResult } from '../../suites/boot/schema.ts';
export type { ConsolidationRow } from '../../suites/consolidation/schema.ts';
export type { DensityResult } from '../../suites/density/schema.ts';
export type { HypervisorName, SuiteName } from '../config/names.ts';
export type { Plugin } from '../config/plugin.ts';
export type { ProfileName } from '../config/profiles.ts';
export type { GuestImage, ImageKind } from '../guest/build.ts';
export type { GuestKernel, GuestKernels } from '../guest/kernels.ts';
export type { Identity } from '../guest/protocol.ts';
export type { Finding } from '../host/findings.ts';
export type { Host } from '../host/host.ts';
export type { ComputerState, Elsewhere, Place } from '../hypervisors/elsewhere.ts';
export type {
  Availability,
  Batch,
  CommandMachine,
  Hypervisor,
  Lack,
  Machine,
  Surroundings,
  VmGroupLauncher,
} from '../hypervisors/hypervisor.ts';
export type { StartOptions } from '../hypervisors/process-machine.ts';
export type { Growth, MemoryBudget, Request, ResponseSummary, VmGroup } from '../hypervisors/vm-group.ts';
export type { CommandVm, Disk, Network, VmGroupSpec, VmOffers, VmSpec } from '../hypervisors/vm-spec.ts';
export type { Ab, AbAbsence, AbFigure, AbVerdict } from '../judge/ab/ab.ts';
export type { Change, ComparedRow } from '../judge/compare/compare.ts';
export type { RowIdentity, UnmatchedRow } from '../judge/compare/match.ts';
export type { NamedDrift } from '../judge/gate/drifts.ts';
export type {
  Drift,
  DriftVerdict,
  Gate,
  GateAbsence,
  GateMetric,
  GateMetricAbsence,
  GateRow,
  GateVerdict,
} from '../judge/gate/gate.ts';
export type { HistoryEntry, HistoryRow } from '../judge/history/entry.ts';
export type { HistoryFigure, HistoryMetricRow } from '../judge/history/metric-rows.ts';
export type { MetricHistory, MetricPoint, MetricStretch } from '../judge/history/metric-series.ts';
export type { History } from '../judge/history/parse.ts';
export type { HistoryChange, HistoryPoint, RowHistory, Stretch } from '../judge/history/series.ts';
export type { MeasuredSuite, Method, MethodContext } from '../measure/method.ts';
export type { Chart } from '../model/chart.ts';
export type { Report } from '../model/report.ts';
export type { Metric, Row, Unit, Value } from '../model/row.ts';
export type { CsvFile, Section, TextCell, TextTable } from '../model/section.ts';
export type { Shared } from '../model/shared.ts';
export type { CacheSizes, Workload } from '../model/suite.ts';
export type { Environment, ExecResult, Run as ExecRun } from '../results/exec-schema.ts';
export type { FleetEntry, FleetState } from '../results/fleet/entry.ts';
export type {
  Fleet,
  FleetClass,
  FleetFigure,
  FleetHost,
  FleetLeftOut,
  Reading as FleetReading,
} from '../results/fleet/schema.ts';
export type { HostClass } from '../results/host-class.ts';
export type { JournalEntry, JournalHeader, Sample } from '../results/journal.ts';
export type {
  ClaimResult,
  ComputerRecord,
  Failure,
  HostRecord,
  HypervisorInfo,
  Interval,
  Isa,
  LaunchRecord,
  Measurement,
  Mode,
  OperationResult,
  Platform,
  Result,
  SuiteSummary,
  Technique,
  Verdict,
} from '../results/schema.ts';
export type { EntryKind, RunRecord, SuiteRecords } from '../results/suite-records.ts';
export type { RunOutcome as BenchOutcome } from '../run/options.ts';
export type { Unmeasured } from '../run/unmeasured.ts';
export type { AbOutcome } from './ab.ts';
export type { AnchorUpdate, BaselineUpdate } from './baseline.ts';
export type { ListedClaim } from './claims.ts';
export type { CompareOptions } from './compare.ts';
export type { BenchEvent, PlanEvent } from './events.ts';
export type { ExecEvent, ExecOptions, ExecOutcome, ExecPlanEvent } from './exec-options.ts';
export type { ExitsOptions } from './exits.ts';
export type { FleetMerged, FleetOptions } from './fleet.ts';
export type { GateOutcome } from './gate.ts';
export type { HistoryAddition, HistoryAddOptions, HistoryShowOptions } from './history.ts';
export type { Inventory, ListedHypervisor, ListedOperation, ListedSuite, ListedWorkload } from './list.ts';
export type { PluginOptions } from './plugins.ts';
export type { PredictOptions } from './predict.ts';
export type { Examination } from './probe.ts';
export type { FormatOf, Renderable, RenderOptions } from './render.ts';
export type { SiteOptions, SiteOutcome } from './site.ts';

/**
 * The shape of `fleet.json` (`hvbench/fleet@1`): one run on many hosts, put together. Every figure is a ratio to native in the
 * same run on the same host (1.013 is an overhead of 1.3 %), each host gives one, and nothing is made of hosts of different
 * classes together. An interval is the 95 % confidence interval of the mean over hosts.
 */
import { z } from 'zod';
import { intervalSchema } from '../../model/interval.ts';
import { metricSchema, rowSchema } from '../../model/row.ts';
import { end, MOST_ROWS } from '../bounds.ts';
import { hostClassSchema } from '../host-class.ts';
import { hostSchema } from '../schema.ts';
import { FLEET_STATES } from './entry.ts';

export const FLEET_SCHEMA = 'hvbench/fleet@1';

/** Of a fleet. */
export const MOST_HOSTS = 100_000;
/** Names of rows, and values of a fact, that are told of what was left out; more are counted. */
export const MOST_TOLD = 10;
/** Figures of one class of hosts. */
export const MOST_FIGURES = 100_000;

const text = z.string().max(4096);
const place = z.number().int().min(0).max(MOST_HOSTS);

/** Why a whole host is in no mean. */
const hostReasonSchema = z.enum([
  'failed',
  'running',
  'pending',
  'lost',
  'no-result',
  'unreadable',
  'other-format',
  'same-host',
  'emulated',
  'too-many-rows',
]);
export type HostReason = z.infer<typeof hostReasonSchema>;

/** Why figures of a host are not in their means. */
const figureReasonSchema = z.enum([
  'not-measured',
  'no-figure',
  'other-code',
  'no-majority',
  'other-cpu',
  'busy',
]);
export type FigureReason = z.infer<typeof figureReasonSchema>;

export const fleetHostSchema = z.strictObject({
  name: text,
  state: z.enum(FLEET_STATES),
  /** The class of its computer; null if there is no result that tells. */
  hostClass: hostClassSchema.shape.id.nullable(),
  startedAt: z.iso.datetime().nullable(),
  /** Why nothing of it is in a mean; null if something may be. */
  leftOut: z.strictObject({ why: hostReasonSchema, reason: text }).nullable(),
});
export type FleetHost = z.infer<typeof fleetHostSchema>;

/** Index of the host, its ratio, and the ends of its own 95 % interval, if it has one that is above 0. */
const readingSchema = z.tuple([place, end, end.nullable(), end.nullable()]);
export type Reading = z.infer<typeof readingSchema>;
const readings = z.array(readingSchema).max(MOST_HOSTS);

const { suite, target, dimensions } = rowSchema.shape;
const { title, unit, better } = metricSchema.shape;

export const fleetFigureSchema = z.strictObject({
  /** What tells the figure from others; a suite's mean over its workloads has no dimensions. */
  ...{ suite, target, dimensions },
  /** Of a suite's mean: over so many; else null. */
  workloads: z.number().nullable(),
  metric: z.string().max(64),
  title,
  /** Of the metric itself: the ratio of two such has none. */
  unit,
  better,
  /** Hosts in the mean. */
  hosts: place,
  /** Hosts of the class that are not in it. */
  leftOut: place,
  /** The geometric mean over hosts; null if all of them were left out. */
  ratio: end.nullable(),
  /** Null with one host, which does not say how hosts differ, or if its ends are beyond all numbers. */
  interval: intervalSchema.nullable(),
  /** The least and the largest ratio of a host that is in the mean. */
  range: z.strictObject({ low: end, high: end }).nullable(),
  /** Standard deviation between hosts, of the logarithm of their ratios: 0.01 is about 1 %. Null with one host. */
  sd: end.nullable(),
  /** What it would be if hosts did not differ, from their own intervals; null if they do not tell. */
  expectedSd: end.nullable(),
  /** Of the hosts in the mean. */
  readings,
  /** Of hosts that were measured, and are not in it. */
  apart: readings,
});
export type FleetFigure = z.infer<typeof fleetFigureSchema>;

export const fleetLeftOutSchema = z.strictObject({
  why: figureReasonSchema,
  reason: text,
  suite,
  target: target.omit({ machineType: true }),
  /** Names of the rows that it is about, and how many there are: of all of these hosts the same. */
  rows: z.array(text).max(MOST_TOLD),
  rowCount: z.number().int().min(0).max(MOST_FIGURES),
  hosts: z.array(place).max(MOST_HOSTS),
});
export type FleetLeftOut = z.infer<typeof fleetLeftOutSchema>;

const valuesSchema = z
  .array(z.strictObject({ value: text, hosts: place }))
  .max(MOST_TOLD)
  .describe('the most frequent ones first');

export const fleetClassSchema = z.strictObject({
  hostClass: hostClassSchema,
  /** Of which there is a result. */
  hosts: z.array(place).max(MOST_HOSTS),
  /** What differs between them without being part of the class. */
  differences: z.array(z.strictObject({ what: text, values: valuesSchema, more: place })).max(MOST_ROWS),
  figures: z.array(fleetFigureSchema).max(MOST_FIGURES),
  leftOut: z.array(fleetLeftOutSchema).max(MOST_FIGURES),
  /** Suites and ISAs on which so many hosts have no control: nothing shows how quiet they were. */
  withoutControl: z.array(z.strictObject({ suite, isa: target.shape.isa, hosts: place })).max(MOST_ROWS),
});
export type FleetClass = z.infer<typeof fleetClassSchema>;

export const fleetSchema = z.strictObject({
  schema: z.literal(FLEET_SCHEMA),
  tool: z.strictObject({ name: z.literal('hvbench'), version: text }),
  /** All hosts that were asked, in the order in which they were. */
  hosts: z.array(fleetHostSchema).max(MOST_HOSTS),
  /** The one with the most hosts first. */
  classes: z.array(fleetClassSchema).max(MOST_HOSTS),
  /** What a licence says of publishing figures of one of these hosts; null if none is known to say something. */
  publication: hostSchema.shape.publication.unwrap().nullable(),
});
export type Fleet = z.infer<typeof fleetSchema>;

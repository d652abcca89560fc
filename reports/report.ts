export type { Report } from '../core/model/report.ts';

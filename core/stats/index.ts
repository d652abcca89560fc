/** Statistics of rounds and launches: pure functions that import nothing of the project. */
export * from './between.ts';
export * from './bootstrap.ts';
export * from './change-points.ts';
export * from './equivalence.ts';
export * from './fairness.ts';
export * from './gradual.ts';
export * from './interval.ts';
export * from './location.ts';
export * from './prediction.ts';
export * from './random.ts';
export * from './recover.ts';
export * from './simultaneous.ts';

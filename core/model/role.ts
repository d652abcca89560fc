/**
 * What a machine is in a run: the `reference` is what others are compared with, the `control` is measured like a guest and
 * shows how well that can be done, and the `guest`s are what the run is about.
 */
export type Role = 'reference' | 'control' | 'guest';

/** What became of a figure from one result to another. */
export type ChangeVerdict = 'better' | 'worse' | 'same' | 'undecided';

/** Why a row that could have been measured was not. */
export const NEVER_MEASURED = 'the run ended before it was measured';

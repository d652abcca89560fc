/** Takes the exit code of a command that has one of its own; it is 0 otherwise. */
export type End = (exitCode: number) => void;

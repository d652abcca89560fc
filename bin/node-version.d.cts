declare const lack: string | null;
export = lack;

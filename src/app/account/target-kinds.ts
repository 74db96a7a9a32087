/** `openclaw` and `iflow-cli` are JSON files whose place is known. */
export const targetKinds = ['env', 'json', 'yaml', 'command', 'openclaw', 'iflow-cli'] as const;

export type TargetKind = (typeof targetKinds)[number];

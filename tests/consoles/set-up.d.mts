interface Console {
  readonly title: string;
  /** The folder of the installed program. */
  readonly program: string;
  isThere(): boolean;
  obstacle(): Promise<string | undefined>;
}

export const redmine: Console & { readonly instances: string };
export const uptimeKuma: Console;
export const consoles: { readonly redmine: typeof redmine; readonly 'uptime-kuma': typeof uptimeKuma };

/** What the start page wants of the room page that it opens: to go straight in. */
export interface Intent {
  readonly name: string;
  readonly hostKey: string;
  /** The room was made just now: its host key is to be shown once. */
  readonly created: true;
}

let waiting: { readonly code: string; readonly intent: Intent } | null = null;

export function intend(code: string, intent: Intent): void {
  waiting = { code, intent };
}

/** Hands the intent over, once. */
export function takeIntent(code: string): Intent | null {
  const taken = waiting?.code === code ? waiting.intent : null;
  waiting = null;
  return taken;
}

/** What another part of the page wants of the room page that it opens: to go straight in. */
export interface Intent {
  readonly name: string;
  /** The room was made just now: it is to be shown once. */
  readonly hostKey?: string;
  /** Secret of an invitation. */
  readonly invite?: string;
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

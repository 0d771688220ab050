/** What a key does while nothing is being written. */
export const KEYS = {
  microphone: 'm',
  camera: 'v',
  screen: 's',
  hand: 'h',
  chat: 'c',
  help: '?',
  talk: ' ',
} as const;
export type Action = keyof typeof KEYS;
export const ACTIONS = Object.keys(KEYS) as readonly Action[];

/** Elements that take keys for themselves. */
const TAKES_KEYS =
  'input, textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]';
const PRESSED_BY_SPACE = 'button, a, summary, [role="button"], [role="switch"], video, audio';

interface Pressed {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly target: EventTarget | null;
}

/** What a pressed key asks for; null: it belongs to whatever has the focus, or to nothing. */
export function actionOf({ key, altKey, ctrlKey, metaKey, target }: Pressed): Action | null {
  if (altKey || ctrlKey || metaKey) return null;
  const element = target instanceof Element ? target : null;
  if (element?.closest(TAKES_KEYS) != null) return null;
  if (key === ' ' && element?.closest(PRESSED_BY_SPACE) != null) return null;
  const found = ACTIONS.find((action) => KEYS[action] === key.toLowerCase());
  return found ?? null;
}

/** A field that is left by this key, so that keys act again: Escape, where nothing is written and nothing else is open. */
export function leavesField({
  key,
  target,
  defaultPrevented,
}: Pick<Pressed, 'key' | 'target'> & { readonly defaultPrevented: boolean }): HTMLTextAreaElement | null {
  if (key !== 'Escape' || defaultPrevented || !(target instanceof HTMLTextAreaElement)) return null;
  return target.value === '' && target.closest('[role="dialog"]') === null ? target : null;
}

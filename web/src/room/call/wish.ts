import { keptForTab } from '../storage.ts';

/** What somebody wants to have on when they come in, or come back after a reload; kept for this tab and for one meeting. */
export interface Wish {
  readonly microphone: boolean;
  readonly camera: boolean;
}

const KEY = 'parley.call';
/** They have left the call, and are not to be brought back into it. */
const LEFT = 'left';

const textOf = ({ microphone, camera }: Wish): string => `-${microphone ? 'm' : ''}${camera ? 'c' : ''}`;

/** `meeting`: its code. null: they did not take part in picture and sound there; left: not any more. */
export function readWish(meeting: string): Wish | 'left' | null {
  const [code, wish] = (keptForTab.getItem(KEY) ?? '').split(' ');
  if (code !== meeting || wish === undefined) return null;
  if (wish === LEFT) return LEFT;
  return { microphone: wish.includes('m'), camera: wish.includes('c') };
}

export function keepWish(meeting: string, wish: Wish | 'left' | null): void {
  if (wish === null) keptForTab.removeItem(KEY);
  else keptForTab.setItem(KEY, `${meeting} ${wish === LEFT ? LEFT : textOf(wish)}`);
}

import { notifying } from './preferences.ts';

/** on: it is told. off: it is not. denied: the browser forbids it. none: this browser or address can't. */
export type NotifyState = 'on' | 'off' | 'denied' | 'none';

export function notifyState(isWanted: boolean): NotifyState {
  if (typeof Notification !== 'function' || !isSecureContext) return 'none';
  if (Notification.permission === 'denied') return 'denied';
  return isWanted && Notification.permission === 'granted' ? 'on' : 'off';
}

/** Asks the browser, where it has not been asked yet. To be called by a press alone. */
export async function wantNotes(): Promise<NotifyState> {
  const permission = await Notification.requestPermission();
  notifying.set(permission === 'granted');
  return notifyState(notifying.get());
}

/** Whether somebody sees the page just now. */
export const isLookedAt = (): boolean => !document.hidden && document.hasFocus();

interface Note {
  readonly title: string;
  /** The system may show it on a screen that is locked: nothing that is meant for one alone. */
  readonly text: string;
  /** A later note of the same takes the place of the one before. */
  readonly of: string;
}

/** What the system shows just now. */
const shown = new Set<Notification>();

/** Whoever looks at the page again sees there what was told. */
function takeBack(): void {
  if (!isLookedAt()) return;
  for (const note of shown) note.close();
  shown.clear();
}

/** Has the system tell something, as long as nobody looks; a press on it brings the page up. */
export function notify({ title, text, of }: Note): void {
  if (isLookedAt() || notifyState(notifying.get()) !== 'on') return;
  try {
    const note = new Notification(title, { body: text, tag: of, icon: '/favicon.svg' });
    shown.add(note);
    note.addEventListener('click', () => {
      window.focus();
      note.close();
    });
    note.addEventListener('close', () => shown.delete(note));
    // Twice the same listener is one.
    document.addEventListener('visibilitychange', takeBack);
    window.addEventListener('focus', takeBack);
  } catch {
    // Some browsers on phones have the class and forbid its use; the title tells of what is unread all the same.
  }
}

import type { TFunction } from 'i18next';
import type { Presence } from '../../../src/protocol/index.ts';
import { longTime } from './when.ts';

/** How somebody is. `since` in ms; with `offline`: when they were last here. null: nobody says. */
export interface Seen {
  readonly status: Presence;
  readonly since: number | null;
}

/** Of whom nothing is known. */
export const UNSEEN: Seen = { status: 'offline', since: null };

/** How somebody is, in words. */
export function presenceText(t: TFunction, locale: string, { status, since }: Seen, now: number): string {
  if (status !== 'offline') return t(`presence.${status}`);
  return since === null ? t('presence.offline') : t('presence.seen', { time: longTime(locale, since, now) });
}

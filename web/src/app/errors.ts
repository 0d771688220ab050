import type { TFunction } from 'i18next';
import { ParleyError } from '../../../src/client/index.ts';
import type en from './locales/en.json';

type Worded = keyof typeof en.error;
/** Fails to compile when the protocol or the SDK gains an error that the page has no words for. */
const worded = (code: Exclude<ParleyError['code'], 'aborted'>): Worded => code;

/** Above this a time to wait is told in minutes. */
const SECONDS_MOST = 90;

/** What went wrong and what to do, in the reader's language. */
export function describeError(t: TFunction, error: unknown): string {
  if (!(error instanceof ParleyError) || error.code === 'aborted') return t('error.unknown');
  const text = t(`error.${worded(error.code)}`);
  const seconds = Math.ceil((error.retry ?? 0) / 1_000);
  if (seconds > SECONDS_MOST) return `${text} ${t('error.waitMinutes', { count: Math.ceil(seconds / 60) })}`;
  return seconds > 1 ? `${text} ${t('error.wait', { count: seconds })}` : text;
}

/** The stable code of an error of the SDK, else null. */
export const codeOf = (error: unknown): ParleyError['code'] | null =>
  error instanceof ParleyError ? error.code : null;

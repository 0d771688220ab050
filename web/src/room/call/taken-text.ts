import type { TFunction } from 'i18next';
import type { Taken } from '../../../../src/client/call/index.ts';
import { describeError } from '../../app/errors.ts';

/**
 * What is said of something of yours that went off by itself; null: nothing. What a host switched off, or may not be used any more, is
 * said elsewhere.
 */
export function takenText(t: TFunction, { media, reason, error }: Taken): string | null {
  if (error !== null) return describeError(t, error);
  // The text comes with the stage, which is there whenever something of yours is on.
  if (reason === 'unknown') return t('call.unsure', { what: t(`media.${media}`) });
  // Whoever presses the browser's own button to stop sharing knows that they did.
  return reason === 'ended' && media !== 'screen' ? t(`call.gone.${media}`) : null;
}

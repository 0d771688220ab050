import type { Gate } from '../engine/dispatcher.ts';
import { refuse } from '../protocol/index.ts';
import { deviceTable, isRemoved } from './tables.ts';

/** Everything here is the person's own; what is asked is whether the device is still one of theirs. */
export const gate: Gate = (state, actor) => {
  if (actor.kind === 'system') return null;
  if (isRemoved(state)) return refuse('login_required');
  const isKnown = actor.kind === 'member' && state.table(deviceTable).has(actor.id);
  return isKnown ? null : refuse('device_unknown');
};

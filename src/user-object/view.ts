import type { LogView } from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import type { About } from '../engine/welcome.ts';
import type { Person } from '../protocol/index.ts';
import { conversationPage } from './direct-pages.ts';
import { features } from './registry.ts';
import { deviceTable, theSelf } from './tables.ts';

/** The person as they and others see them. */
export function cardOfSelf(state: StateView): Person {
  const { id, userName, name, avatar } = theSelf(state);
  return { id, userName, name, avatar };
}

/** Everything that the person's devices see, as JSON text. */
export function snapshotText(state: StateView, log: LogView): string {
  const parts = features.map(({ snapshot }) => snapshot?.(state) ?? {});
  return JSON.stringify({
    ...(Object.assign({}, ...parts) as object),
    direct: conversationPage(state, log, null),
  });
}

/** What a device's first frame says of itself and of whose it is. */
export function welcomeOf(state: StateView, device: string): About | null {
  if (state.table(deviceTable).get(device)?.online !== true) return null;
  const parts = features.map(({ own }) => own?.(state, device) ?? {});
  return {
    scope: 'all',
    fields: Object.assign({ self: { device, account: cardOfSelf(state) } }, ...parts) as object,
  };
}

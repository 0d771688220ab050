import type { CommandOutcome } from '../platform/room-rpc.ts';

/** A CommandResponse. The events are JSON already, encoded once for everybody, and go in as they are. */
export function renderCommand({ n, events, result, repeated }: CommandOutcome): string {
  const rest = JSON.stringify({ n, result, repeated });
  return `{"events":[${events.join(',')}]${rest === '{}' ? '' : `,${rest.slice(1, -1)}`}}`;
}

/**
 * What `watch.move` is to be given so that an item stands at a place of the list, counted from 0 and without the item itself.
 * undefined: it stands there already, or is no longer on the list.
 */
export function beforeAt(ids: readonly number[], item: number, place: number): number | null | undefined {
  const from = ids.indexOf(item);
  const others = ids.filter((id) => id !== item);
  const to = Math.min(Math.max(place, 0), others.length);
  if (from === -1 || to === from) return undefined;
  return others[to] ?? null;
}

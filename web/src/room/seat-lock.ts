/*
 * Whether another tab of this browser is in the room. It matters because tabs share the host key: a second tab would
 * otherwise come in as a second host without being asked. The lock goes with its tab, however that ends.
 */
const nameOf = (code: string): string => `parley.seat.${code}`;

/** Missing on pages that come over plain HTTP. */
const locks = (): LockManager | undefined => ('locks' in navigator ? navigator.locks : undefined);

/** Whether it can be known that another tab is in a room. */
export const canHoldSeats = (): boolean => locks() !== undefined;

/** Says that this tab is in the room, until the function that it returns is called. */
export function holdSeat(code: string): () => void {
  const release = Promise.withResolvers<void>();
  void locks()?.request(nameOf(code), { mode: 'shared' }, () => release.promise);
  return () => release.resolve();
}

/** Whether some tab is in the room; false where this can't be known. */
export async function isSeatHeld(code: string): Promise<boolean> {
  const state = await locks()?.query();
  return state?.held?.some(({ name }) => name === nameOf(code)) ?? false;
}

/**
 * Who says message `number`: everybody once in each round, but not in the order of coming. Servers tell members in an
 * order of their own, oldest or newest first, and a run that ends before the round does must not have heard only those
 * who are told first.
 */
export function senderOf(number: number, members: number): number {
  return (number * strideOf(members)) % members;
}

const strides = new Map<number, number>();

/** About the golden section of the room, which spreads well, and without a common divisor, so nobody is left out. */
function strideOf(members: number): number {
  const known = strides.get(members);
  if (known !== undefined) return known;
  let stride = Math.max(1, Math.round(members * 0.618));
  while (divisor(stride, members) !== 1) stride += 1;
  strides.set(members, stride);
  return stride;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** Whether this is the long form, `npm run chaos`; `npm test` runs the short one. */
export const isFull = process.env.CHAOS === 'full';

/** How much of something: in the short form, and in the long one. */
export const scale = (short: number, full: number): number => (isFull ? full : short);

/** The wait for somebody whose connection dropped. */
export const awayDeadline = (member: string): string => `away ${member}`;
/** The wait for somebody with a ticket. */
export const seatDeadline = (member: string): string => `seat ${member}`;

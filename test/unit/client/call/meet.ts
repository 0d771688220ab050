import { ParleyError } from '../../../../src/client/http.ts';
import { Meeting, seenOf } from './fake-meeting.ts';
import type { Seat } from './fake-seat.ts';
import { FakeTrack } from './fake-tracks.ts';
import { SimClock } from './sim-clock.ts';

/** ms in which all that is said is said. */
export const SOON = 1_500;

export async function meet(...names: string[]) {
  const clock = new SimClock();
  const meeting = new Meeting(clock);
  const seats = names.map((name) => meeting.join(name));
  await clock.pass(100);
  for (const seat of seats) seat.open();
  await clock.pass(SOON);
  const [ada, ben, cleo] = seats;
  if (ada === undefined || ben === undefined) throw new Error('a call needs two');
  return { clock, meeting, seats, ada, ben, cleo: cleo ?? ben };
}
export type Met = Awaited<ReturnType<typeof meet>>;

export const callOf = ({ call }: Seat) => {
  if (call === null) throw new Error('no call');
  return call;
};
export const statusOf = (seat: Seat) => callOf(seat).state.status;

/** Switches the camera of somebody on, and lets it arrive. */
export async function switchOn({ clock }: Met, seat: Seat): Promise<FakeTrack> {
  const track = new FakeTrack('video');
  await Promise.all([callOf(seat).setCamera(track.real), clock.pass(SOON)]);
  return track;
}
/** What a promise was refused with. */
export const refused = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => null,
    (error: unknown) => (error instanceof ParleyError ? error.code : error),
  );
export const senders = ({ meeting }: Met, seat: Seat) =>
  meeting.air.all
    .filter(({ place }) => place === seat.place)
    .flatMap((connection) => connection.getTransceivers().map(({ sender }) => sender));
/** Notes each change of what somebody sees of somebody's camera. */
export function watch(seat: Seat, other: Seat): boolean[] {
  const seen: boolean[] = [];
  callOf(seat).subscribe(() => seen.push(seenOf(seat, other)?.camera === true));
  return seen;
}

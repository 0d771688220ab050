import { ParleyError } from '../../../../src/client/http.ts';
import { Forwarder } from './fake-forwarder.ts';
import { Meeting, seenOf } from './fake-meeting.ts';
import type { Seat } from './fake-seat.ts';
import { FakeTrack } from './fake-tracks.ts';
import { callOf } from './meet.ts';
import { SimClock } from './sim-clock.ts';

/** ms in which everything has come to everybody. */
export const SOON = 4_000;

export async function meet(...names: string[]) {
  const clock = new SimClock();
  const meeting = new Meeting(clock);
  const forwarder = new Forwarder(meeting);
  meeting.mode = 'sfu';
  const seats = names.map((name) => meeting.join(name));
  await clock.pass(100);
  for (const seat of seats) seat.open();
  await clock.pass(SOON);
  const [ada, ben, cleo] = seats;
  if (ada === undefined || ben === undefined) throw new Error('a call needs two');
  return { clock, meeting, forwarder, seats, ada, ben, cleo: cleo ?? ben };
}
export type Met = Awaited<ReturnType<typeof meet>>;

export async function camera({ clock }: Pick<Met, 'clock'>, seat: Seat): Promise<FakeTrack> {
  const track = new FakeTrack('video');
  await Promise.all([callOf(seat).setCamera(track.real), clock.pass(SOON)]);
  return track;
}
export async function microphone({ clock }: Pick<Met, 'clock'>, seat: Seat): Promise<FakeTrack> {
  const track = new FakeTrack('audio');
  await Promise.all([callOf(seat).setMicrophone(track.real), clock.pass(SOON)]);
  return track;
}
export const asked = ({ forwarder }: Met, seat: Seat, what: string) =>
  forwarder.asked.filter((one) => one.from === seat.id && one.what === what);
/** Notes each change of what somebody sees of somebody's camera. */
export function watch(seat: Seat, other: Seat): boolean[] {
  const seen: boolean[] = [];
  callOf(seat).subscribe(() => seen.push(seenOf(seat, other)?.camera === true));
  return seen;
}
export const failing = (code: 'sfu_failed' | 'rate_limited' | 'network', retry?: number) =>
  new ParleyError(code, { message: code, retry });

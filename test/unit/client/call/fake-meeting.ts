import type { CallOptions } from '../../../../src/client/call/index.ts';
import { ParleyError } from '../../../../src/client/http.ts';
import * as views from '../../../../src/client/view.ts';
import {
  can,
  type ErrorCode,
  MEDIA,
  type Media,
  type Member,
  sentMedia,
} from '../../../../src/protocol/index.ts';
import { makeMember, ready } from '../fake-server.ts';
import { Air } from './fake-air.ts';
import { Seat } from './fake-seat.ts';
import { FakeTrack } from './fake-tracks.ts';
import type { SimClock } from './sim-clock.ts';

type On = Record<Media | 'speaking', boolean>;
const OFF: On = { camera: false, microphone: false, screen: false, speaking: false };
export type Told = { readonly t: string; readonly [field: string]: unknown };
/** The room's side of an SFU. */
export interface Forwarding {
  /** What follows from what is told, told with it. */
  react(told: Told): Told[];
  latest(): Told[];
  ask(seat: Seat, path: string, body: unknown): Promise<unknown>;
}

export const refusal = (code: ErrorCode, more: { retry?: number; detail?: string } = {}): ParleyError =>
  new ParleyError(code, { message: code, ...more });

/** The room's side of a call, as src/room-object/features/{call,signal,media}.ts have it, told to seats over lines of their own. */
export class Meeting {
  readonly clock: SimClock;
  readonly air: Air;
  readonly random: () => number;
  readonly seats: Seat[] = [];
  readonly members = new Map<string, Member>();
  readonly media = new Map<string, On>();
  readonly calls = new Map<string, string>();
  policy = ready().policy;
  mode: 'direct' | 'sfu' = 'direct';
  cameras = 6;
  forwarding: Forwarding | null = null;
  /** Share of the signals that nobody gets: lines that lag miss them. */
  loss = 0;
  readonly signals: { readonly from: string; readonly to: string; readonly signal: object }[] = [];

  constructor(clock: SimClock, random: () => number = () => 0.5) {
    this.clock = clock;
    this.random = random;
    this.air = new Air(clock, random);
  }

  join(name: string, options: CallOptions = {}): Seat {
    const seat = new Seat(this, makeMember(name), options);
    this.seats.push(seat);
    this.members.set(seat.id, seat.member);
    this.tell({ t: 'member.joined', member: seat.member }, seat.id);
    seat.connect();
    return seat;
  }

  snapshot(self: Member): views.View {
    const at = this.clock.now();
    const latest = [
      ...Array.from(this.media, ([member, on]) => ({ t: 'media.changed', at, member, ...on })),
      ...Array.from(this.calls, ([member, call]) => ({ t: 'call.changed', at, member, call })),
      ...(this.forwarding?.latest() ?? []).map((event) => ({ ...event, at })),
    ];
    const base = ready();
    if (base.snapshot === undefined) throw new Error('no snapshot');
    const members = [...this.members.values()];
    const view = views.fromSnapshot({
      ...base,
      self,
      policy: this.policy,
      latest,
      seq: this.#seq,
      snapshot: {
        ...base.snapshot,
        roster: { members, count: members.length, next: null },
        call: { mode: this.mode, sfu: false, recording: null },
      },
    });
    if (view === null) throw new Error('no view');
    return view;
  }

  #seq = 10;
  readonly #durable = new Set([
    'member.joined',
    'member.away',
    'member.returned',
    'member.left',
    'rights.changed',
    'policy.changed',
    'call.moded',
    'media.stopped',
  ]);
  /** What a resume replays, as far as a call listens to it. */
  readonly #stops: { readonly seq: number; readonly t: string }[] = [];

  /** Tells all who are here. What is durable comes in a frame of its own, before the rest, as from a real room. */
  tell(...events: (Told | string | undefined)[]): void {
    const except = events.find((event) => typeof event === 'string');
    const given = events.filter((event): event is Told => typeof event === 'object');
    const all = given.flatMap((event) => [event, ...(this.forwarding?.react(event) ?? [])]);
    const at = this.clock.now();
    const durable = all
      .filter(({ t }) => this.#durable.has(t))
      .map((event) => ({ at, seq: ++this.#seq, ...event }));
    const live = all.filter(({ t }) => !this.#durable.has(t)).map((event) => ({ at, ...event }));
    this.#stops.push(...durable.filter(({ t }) => t === 'media.stopped'));
    for (const seat of this.seats) {
      if (seat.id === except) continue;
      if (durable.length > 0) seat.deliver(() => seat.hearNumbered(durable));
      if (live.length > 0) seat.deliver(() => seat.hear(live));
    }
  }

  #exits(member: string, by?: string): Told[] {
    const told: Told[] = [];
    if (this.media.delete(member))
      told.push({ t: 'media.changed', member, ...OFF, ...(by === undefined ? {} : { by }) });
    if (this.calls.delete(member))
      told.push({ t: 'call.changed', member, call: null, ...(by === undefined ? {} : { by }) });
    return told;
  }

  /** A socket of theirs was there when the room noticed this. */
  opened(member: string): void {
    const known = this.members.get(member);
    if (known === undefined) return;
    const wasAway = known.presence === 'away';
    this.members.set(member, { ...known, presence: 'online' });
    this.tell(...(wasAway ? [{ t: 'member.returned', member }] : []), ...this.#exits(member));
  }
  noticeAway(member: string): void {
    const known = this.members.get(member);
    if (known === undefined || known.presence === 'away') return;
    this.members.set(member, { ...known, presence: 'away' });
    this.tell({ t: 'member.away', member }, ...this.#exits(member));
  }
  left(member: string): void {
    if (!this.members.delete(member)) return;
    this.tell({ t: 'member.left', member, reason: 'left' }, ...this.#exits(member));
  }
  setRights(member: string, media: Media, right: 'denied' | undefined): void {
    const known = this.members.get(member);
    if (known === undefined) return;
    const rights = { ...known.rights, [media]: right };
    this.members.set(member, { ...known, rights });
    this.tell({ t: 'rights.changed', member, rights, by: 'm_host' }, ...this.#withdrawn(member));
  }
  setPolicy(media: Media, isOpen: boolean): void {
    this.policy = { ...this.policy, [media]: isOpen };
    const withdrawn = Array.from(this.members.keys()).flatMap((member) => this.#withdrawn(member));
    this.tell({ t: 'policy.changed', policy: this.policy, by: 'm_host' }, ...withdrawn);
  }
  stopMedia(member: string, media: Media): void {
    const on = this.media.get(member);
    const stopped = { t: 'media.stopped', members: [member], media: [media], by: 'm_host' };
    if (on?.[media] === true) this.tell(stopped, this.#put(member, { ...on, [media]: false }, 'm_host'));
    // What they go on sending the room does not know.
    else if (!this.calls.has(member)) this.tell(stopped);
  }
  stopsAfter(seq: number): readonly { readonly t: string }[] {
    return this.#stops.filter((stop) => stop.seq > seq);
  }
  goTo(mode: 'direct' | 'sfu'): void {
    this.mode = mode;
    this.tell({ t: 'call.moded', mode });
  }

  #withdrawn(member: string): Told[] {
    const known = this.members.get(member);
    const on = this.media.get(member);
    if (known === undefined || on === undefined) return [];
    const after = { ...on };
    for (const media of MEDIA) after[media] = on[media] && can(known, this.policy, media);
    return MEDIA.some((media) => on[media] !== after[media]) ? [this.#put(member, after, 'm_host')] : [];
  }

  #put(member: string, on: On, by: string): Told {
    const settled = { ...on, speaking: on.speaking && on.microphone };
    if (MEDIA.some((media) => settled[media])) this.media.set(member, settled);
    else this.media.delete(member);
    return { t: 'media.changed', member, ...settled, by };
  }

  ask(seat: Seat, path: string, body: unknown): Promise<unknown> {
    return this.forwarding?.ask(seat, path, body) ?? Promise.reject(refusal('sfu_off'));
  }

  /** What a command comes to: nothing, or why it is refused. */
  run(member: string, t: string, fields: Record<string, unknown>): ParleyError | null {
    const known = this.members.get(member);
    if (known?.presence !== 'online') return refusal('member_gone');
    if (t === 'roster.page') return null;
    if (t === 'media.set') return this.#setMedia(known, fields as Partial<On>);
    if (t === 'call.exit') {
      this.tell(...this.#exits(member, member));
      return null;
    }
    if (t === 'call.enter') return this.#enter(member, String(fields.call));
    return this.#signal(known, fields as never);
  }

  #pictures(except: string): number {
    return Array.from(this.calls.keys())
      .filter((id) => id !== except)
      .reduce(
        (sum, id) =>
          sum + Number(this.media.get(id)?.camera === true) + Number(this.media.get(id)?.screen === true),
        0,
      );
  }
  #setMedia(known: Member, fields: Partial<On>): ParleyError | null {
    const missing = MEDIA.find((media) => fields[media] === true && !can(known, this.policy, media));
    if (missing !== undefined) return refusal('not_allowed', { detail: missing });
    const on = { ...OFF, ...this.media.get(known.id), ...fields };
    const adds = fields.camera === true || fields.screen === true;
    const pictures = this.#pictures(known.id) + Number(on.camera) + Number(on.screen);
    if (this.mode === 'direct' && adds && this.calls.has(known.id) && pictures > this.cameras)
      return refusal('call_full', { detail: `${this.cameras} cameras and screens are on` });
    this.tell(this.#put(known.id, on, known.id));
    return null;
  }
  #enter(member: string, call: string): ParleyError | null {
    if (this.calls.get(member) === call) return null;
    const on = this.media.get(member);
    const pictures = Number(on?.camera === true) + Number(on?.screen === true);
    if (this.mode === 'direct' && pictures > 0 && this.#pictures(member) + pictures > this.cameras)
      return refusal('call_full');
    this.calls.set(member, call);
    this.tell({ t: 'call.changed', member, call, by: member });
    return null;
  }
  #signal(
    known: Member,
    {
      to,
      call,
      peer,
      signal,
    }: {
      to: string;
      call: string;
      peer: string;
      signal: { kind: string; sdp: string; media: Record<string, Media> };
    },
  ): ParleyError | null {
    if (this.calls.get(known.id) !== call || this.calls.get(to) !== peer) return refusal('peer_gone');
    if (this.mode === 'sfu') return refusal('call_moded');
    if (signal.kind === 'description') {
      const sent = sentMedia(signal.sdp, signal.media);
      if (!sent.ok) return refusal('signal_invalid');
      const missing = sent.value.find((media) => !can(known, this.policy, media));
      if (missing !== undefined) return refusal('not_allowed', { detail: missing });
    }
    this.signals.push({ from: known.id, to, signal });
    const seat = this.seats.find(({ id }) => id === to);
    const event = { t: 'signal.sent', at: this.clock.now(), by: known.id, call, peer, signal };
    if (this.random() >= this.loss) seat?.deliver(() => seat.hear([event]));
    return null;
  }
}

/** What somebody sees of somebody: which sources are shown, and whether what they send arrives there. */
export function seenOf(seat: Seat, other: Seat): Record<string, boolean> | null {
  const member = seat.call?.state.members.get(other.id);
  if (member === undefined) return null;
  const { quality, ...tracks } = member;
  return {
    connected: quality === 'good',
    ...Object.fromEntries(Object.entries(tracks).map(([source, track]) => [source, track !== null])),
  };
}

/** The track of somebody that comes out at another one as this source; null: nothing does. */
export function arrives(
  seat: Seat,
  other: Seat,
  source: 'camera' | 'microphone' | 'screen',
  air: Air,
): string | null {
  const shown = seat.call?.state.members.get(other.id)?.[source] ?? null;
  if (shown === null) return null;
  for (const connection of air.all) {
    if (connection.place !== seat.place) continue;
    const section = connection.getTransceivers().find(({ receiver }) => receiver.track.real === shown);
    if (section?.mid != null) return connection.arriving(section.mid)?.id ?? null;
  }
  return null;
}

export const camera = (): MediaStreamTrack => new FakeTrack('video').real;
export const microphone = (): MediaStreamTrack => new FakeTrack('audio').real;

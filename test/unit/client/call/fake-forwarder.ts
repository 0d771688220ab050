import type { ParleyError } from '../../../../src/client/http.ts';
import { can, type Media, readSdp, sentMedia } from '../../../../src/protocol/index.ts';
import { type Forwarding, type Meeting, refusal, type Told } from './fake-meeting.ts';
import type { Seat } from './fake-seat.ts';
import type { FakeTrack } from './fake-tracks.ts';
import { FakePeerConnection } from './fake-webrtc.ts';

interface Sent {
  readonly mid: string;
  readonly media: Media;
  readonly kind: 'audio' | 'video';
  readonly track: string;
}
interface Session {
  readonly id: string;
  readonly member: string;
  readonly call: string;
  readonly connection: FakePeerConnection;
  sent: Sent[];
  /** What each section is that has ever sent. */
  readonly declared: Record<string, Media>;
  /** By the section that it goes out by, the track that is forwarded. */
  readonly coming: Map<string, { session: string; track: string }>;
  /** The newest of what was asked about it. */
  turn: Promise<unknown>;
}
interface Body {
  readonly call: string;
  readonly sdp?: string;
  readonly mids: readonly string[];
  readonly tracks: readonly { mid: string; media: Media; member: string; track: string; rid?: string }[];
}
type Step = 'asked' | 'answered';

/** ms in which the SFU does one thing, and has found its own ways. */
const WORK = 90;

/**
 * An SFU that negotiates as one does, behind the room's rules for it (src/room-object/features/sfu.ts): who may ask for what, what is
 * told to whom, and that a right that goes ends the track. It refuses the next step before the first one is whole.
 */
export class Forwarder implements Forwarding {
  readonly meeting: Meeting;
  readonly sessions = new Map<string, Session>();
  readonly asked: { readonly what: string; readonly body: Body; readonly from: string }[] = [];
  /** What was asked for and could not be done. */
  readonly refused: string[] = [];
  /** What goes wrong: called before (`asked`) and after (`answered`) each step; an error is what the page hears instead. */
  fault: (step: Step, what: string) => ParleyError | null = () => null;
  /** ms by which answers come later than what the room tells. */
  late = 0;
  reusesSections = true;
  /** Whether what is closed is used again as it is, for what is subscribed to next. */
  usesAgain = false;
  /** Tracks that the SFU refuses one by one. */
  refusesTrack: (media: Media) => boolean = () => false;
  /** Whether it takes an offer in which sections are given up. */
  letsGiveUp = true;
  #count = 0;

  constructor(meeting: Meeting) {
    this.meeting = meeting;
    meeting.forwarding = this;
  }

  of(member: string): Session | undefined {
    return [...this.sessions.values()].find((session) => session.member === member);
  }

  /** What comes out at somebody in this section. */
  forwarded(connection: FakePeerConnection, mid: string): FakeTrack | null {
    for (const session of this.sessions.values()) {
      if (this.meeting.air.other(connection) !== session.connection) continue;
      const from = session.coming.get(mid);
      const source = this.sessions.get(from?.session ?? '');
      const sent = source?.sent.find(({ track }) => track === from?.track);
      return sent === undefined ? null : (source?.connection.arriving(sent.mid) ?? null);
    }
    return null;
  }

  #published(member: string): Told {
    const session = this.of(member);
    const tracks = (session?.sent ?? []).map(({ track, media, kind }) => ({ track, media, kind }));
    return { t: 'sfu.published', member, session: session?.id ?? null, tracks };
  }

  latest(): Told[] {
    return [...this.meeting.calls.keys()]
      .filter((member) => (this.of(member)?.sent.length ?? 0) > 0)
      .map((member) => this.#published(member));
  }

  #end(session: Session): Told[] {
    this.sessions.delete(session.id);
    session.sent = [];
    return this.meeting.calls.has(session.member) ? [this.#published(session.member)] : [];
  }

  #over(session: Session, which: (sent: Sent) => boolean): Told[] {
    if (!session.sent.some(which)) return [];
    session.sent = session.sent.filter((sent) => !which(sent));
    return this.meeting.calls.has(session.member) ? [this.#published(session.member)] : [];
  }

  #mayNot(member: string, media: Media): boolean {
    const known = this.meeting.members.get(member);
    return known === undefined || !can(known, this.meeting.policy, media);
  }

  react(told: Told): Told[] {
    if (told.t === 'call.moded' && told.mode === 'direct')
      return [...this.sessions.values()].flatMap((session) => this.#end(session));
    const sessions = [...this.sessions.values()];
    if (told.t === 'policy.changed')
      return sessions.flatMap((one) => this.#over(one, ({ media }) => this.#mayNot(one.member, media)));
    if (told.t === 'media.stopped')
      return sessions
        .filter(({ member }) => (told.members as string[]).includes(member))
        .flatMap((one) => this.#over(one, ({ media }) => (told.media as Media[]).includes(media)));
    const session = this.of(String(told.member));
    if (session === undefined) return [];
    const { member } = session;
    if (told.t === 'member.left') return this.#end(session);
    if (told.t === 'rights.changed') return this.#over(session, ({ media }) => this.#mayNot(member, media));
    if (told.t === 'media.changed')
      return told.by === member || this.meeting.members.get(member)?.presence !== 'online'
        ? []
        : this.#over(session, ({ media }) => told[media] !== true);
    if (told.t !== 'call.changed') return [];
    if (told.call === null) return told.by === member ? this.#end(session) : [];
    if (told.call !== session.call) return this.#end(session);
    return session.sent.length === 0 ? [] : [this.#published(member)];
  }

  readonly #pass = (ms: number): Promise<void> =>
    new Promise((resolve) => this.meeting.clock.after(ms, resolve));

  async ask(seat: Seat, path: string, given: unknown): Promise<unknown> {
    const [, , , id = '', what = 'begin'] = path.split('/');
    const body = given as Body;
    await this.#pass(seat.latency);
    this.asked.push({ what, body, from: seat.id });
    const lost = this.fault('asked', what);
    if (lost !== null) throw lost;
    try {
      const answer =
        what === 'begin' ? await this.#begin(seat.id, body.call) : await this.#take(seat.id, id, what, body);
      const gone = this.fault('answered', what);
      if (gone !== null) throw gone;
      return answer;
    } catch (error) {
      this.refused.push(what);
      if (error instanceof DOMException) throw refusal('sfu_failed', { detail: error.message });
      throw error;
    } finally {
      await this.#pass(seat.latency + this.late);
    }
  }

  async #begin(member: string, call: string): Promise<unknown> {
    const { calls, mode, air } = this.meeting;
    const check = (): void => {
      if (calls.get(member) !== call) throw refusal('peer_gone');
      if (this.meeting.mode !== 'sfu' || mode !== 'sfu') throw refusal('call_moded');
    };
    check();
    await this.#pass(WORK);
    check();
    this.#count += 1;
    const before = this.of(member);
    if (before !== undefined) this.meeting.tell(...this.#end(before));
    const connection = new FakePeerConnection(air, { ways: 1 }, {});
    connection.reusesSections = this.reusesSections;
    const id = `s${this.#count}`;
    const coming = new Map<string, { session: string; track: string }>();
    const turn = Promise.resolve();
    this.sessions.set(id, { id, member, call, connection, sent: [], declared: {}, coming, turn });
    return { session: id };
  }

  #own(member: string, id: string): Session {
    const session = this.sessions.get(id);
    if (session?.member !== member) throw refusal('sfu_session_unknown');
    return session;
  }

  #take(member: string, id: string, what: string, body: Body): Promise<unknown> {
    const session = this.#own(member, id);
    const turn = session.turn.then(async () => {
      this.#own(member, id);
      await this.#pass(WORK);
      if (what === 'publish') return this.#publish(session, body);
      if (what === 'subscribe') return this.#subscribe(session, body);
      if (what === 'answer')
        await session.connection.setRemoteDescription({ type: 'answer', sdp: body.sdp ?? '' });
      return what === 'close' ? this.#close(session, body) : {};
    });
    session.turn = turn.catch(() => undefined);
    return turn;
  }

  /** The service: "session is not ready", and one thing after another. */
  #checkReady({ connection }: Session): void {
    if (connection.signalingState !== 'stable') throw refusal('sfu_failed', { detail: 'not stable' });
    if (connection.remoteDescription !== null && connection.connectionState !== 'connected')
      throw refusal('sfu_failed', { detail: 'not ready' });
  }

  #checkGivenUp(offer: string): void {
    if (!this.letsGiveUp && /^m=\w+ 0 /m.test(offer))
      throw refusal('sfu_failed', { detail: 'a section is gone' });
  }

  async #publish(session: Session, { sdp = '', tracks }: Body): Promise<unknown> {
    const { connection, member } = session;
    const declared = [...session.sent, ...tracks];
    const checked = sentMedia(sdp, Object.fromEntries(declared.map(({ mid, media }) => [mid, media])), 128);
    const sections = readSdp(sdp, 128);
    if (!checked.ok || !sections.ok) throw refusal('signal_invalid');
    if (tracks.some(({ mid }) => !sections.value.some((one) => one.mid === mid && one.sends)))
      throw refusal('signal_invalid');
    if (tracks.some(({ media }) => this.#mayNot(member, media))) throw refusal('not_allowed');
    this.#checkReady(session);
    this.#checkGivenUp(sdp);
    await connection.setRemoteDescription({ type: 'offer', sdp });
    await connection.setLocalDescription();
    await this.#pass(WORK);
    this.#own(member, session.id);
    const taken = tracks
      .filter(({ media }) => !this.refusesTrack(media))
      .map(({ mid, media }) => {
        this.#count += 1;
        const kind = sections.value.find((one) => one.mid === mid)?.kind === 'audio' ? 'audio' : 'video';
        return { mid, media, kind, track: `${media}-${this.#count}` } as const;
      });
    const allowed = taken.filter(({ media }) => !this.#mayNot(member, media));
    session.sent = [...session.sent, ...allowed];
    for (const { mid, media } of allowed) session.declared[mid] = media;
    if (allowed.length > 0 && this.meeting.calls.has(member)) this.meeting.tell(this.#published(member));
    if (allowed.length < taken.length) throw refusal('not_allowed');
    return {
      sdp: connection.localDescription?.sdp,
      tracks: taken.map(({ mid, track }) => ({ mid, track })),
    };
  }

  async #subscribe(session: Session, { tracks }: Body): Promise<unknown> {
    const { connection, coming } = session;
    const places = tracks.map(({ member, track }) => {
      const from = this.of(member);
      const sent = from?.sent.find((one) => one.track === track);
      return from === undefined || sent === undefined ? null : { from, sent };
    });
    const found = places.filter((place) => place !== null);
    const answer = (mids: readonly (string | null)[], sdp: string | null) => ({
      sdp,
      tracks: tracks.map(({ member, track }, index) => {
        const mid = mids[index] ?? null;
        return mid === null ? { member, track, error: 'gone' } : { member, track, mid };
      }),
    });
    if (found.length === 0) return answer([], null);
    this.#checkReady(session);
    const free = this.usesAgain
      ? connection
          .getTransceivers()
          .filter(({ mid, direction }) => direction === 'sendonly' && !coming.has(mid ?? ''))
      : [];
    const sections = places.map((place) => {
      if (place === null) return null;
      const again = free.findIndex(({ receiver }) => receiver.track.kind === place.sent.kind);
      if (again >= 0) return free.splice(again, 1)[0] ?? null;
      return connection.addTransceiver(place.sent.kind, { direction: 'sendonly' });
    });
    await connection.setLocalDescription();
    await this.#pass(WORK);
    for (const [index, place] of places.entries()) {
      const mid = sections[index]?.mid;
      if (place !== null && mid != null) coming.set(mid, { session: place.from.id, track: place.sent.track });
    }
    return answer(
      sections.map((section) => section?.mid ?? null),
      connection.localDescription?.sdp ?? null,
    );
  }

  async #close(session: Session, { mids, sdp }: Body): Promise<unknown> {
    const { connection, coming } = session;
    if (sdp !== undefined) {
      this.#checkGivenUp(sdp);
      if (!sentMedia(sdp, session.declared, 128).ok) throw refusal('signal_invalid');
      this.#checkReady(session);
      await connection.setRemoteDescription({ type: 'offer', sdp });
      await connection.setLocalDescription();
    }
    for (const mid of mids) coming.delete(mid);
    this.meeting.tell(...this.#over(session, ({ mid }) => mids.includes(mid)));
    return { sdp: sdp === undefined ? null : (connection.localDescription?.sdp ?? null) };
  }
}

/** The track of somebody that comes out at another one as this source; null: nothing does. */
export function comes(
  forwarder: Forwarder,
  seat: Seat,
  other: Seat,
  source: 'camera' | 'microphone' | 'screen',
): string | null {
  const shown = seat.call?.state.members.get(other.id)?.[source] ?? null;
  if (shown === null) return null;
  for (const connection of forwarder.meeting.air.all) {
    if (connection.place !== seat.place) continue;
    const section = connection.getTransceivers().find(({ receiver }) => receiver.track.real === shown);
    if (section?.mid != null && section.currentDirection === 'recvonly')
      return forwarder.forwarded(connection, section.mid)?.id ?? null;
  }
  return null;
}

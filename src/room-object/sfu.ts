import type { Engine } from '../engine/engine.ts';
import { asMember } from '../engine/feature.ts';
import type { Executor } from '../engine/outbox.ts';
import type { StateView } from '../engine/state.ts';
import { randomId } from '../platform/codes.ts';
import type { Log } from '../platform/log.ts';
import { readRealtimeUrl } from '../platform/realtime.ts';
import { HttpSfu, type Sfu, SfuFault } from '../platform/sfu.ts';
import type { SfuAnswers, SfuRequests, SfuRpc } from '../platform/sfu-rpc.ts';
import { fail, LIMITS, type Outcome, type Refusal, readSdp, sentMedia, succeed } from '../protocol/index.ts';
import type { RoomEnv } from './room-env.ts';
import { beginSfu, mayBegin, ownSession, recordOver, recordSent, withheld } from './sfu-commands.ts';
import { CLOSE_TRACKS, type CloseTracks, type SentRow, sentBy, sessionOf, sfuTable } from './sfu-rows.ts';

/** The SFU that is set up, or null; throws where its settings are not whole. */
export function sfuOf(env: RoomEnv): Sfu | null {
  const app = env.SFU_APP_ID?.trim() ?? '';
  const secret = env.SFU_APP_SECRET?.trim() ?? '';
  if (app === '') return null;
  if (secret === '') throw new Error('unable to use SFU_APP_ID; set the secret SFU_APP_SECRET');
  return new HttpSfu({ app, secret, api: readRealtimeUrl(env) });
}

/** What is needed of an engine. */
type Room = Pick<Engine, 'state' | 'perform' | 'settled'>;

export interface SfuOptions {
  /** null: there is no room. */
  readonly engine: () => Room | null;
  /** null: none is set up. */
  readonly sfu: Sfu | null;
  readonly log: Log;
  /** A refusal for a member who asks too often. */
  readonly limit: (member: string) => Refusal | null;
}

type Handlers = {
  readonly [K in keyof SfuRequests]: (
    room: Room,
    sfu: Sfu,
    request: SfuRequests[K],
  ) => Promise<Outcome<SfuAnswers[K]>>;
};

/**
 * The tracks that an offer adds to what a session sends. `signal_invalid` where a section sends that was neither declared
 * now nor before, or a declared one does not.
 */
function tracksOf(
  state: StateView,
  session: string,
  sdp: string,
  tracks: SfuRequests['publish']['tracks'],
): Outcome<readonly SentRow[]> {
  const before = state.table(sfuTable).get(session)?.sent ?? [];
  const declared = Object.fromEntries([...before, ...tracks].map(({ mid, media }) => [mid, media]));
  const checked = sentMedia(sdp, declared, LIMITS.sfuSections);
  if (!checked.ok) return checked;
  const sections = readSdp(sdp, LIMITS.sfuSections);
  if (!sections.ok) return sections;
  const sent: SentRow[] = [];
  for (const { mid, media } of tracks) {
    const section = sections.value.find((one) => one.mid === mid && one.sends);
    if (section === undefined) return fail('signal_invalid', { detail: `section ${mid} does not send` });
    const isSame = (one: SentRow): boolean => one.media === media && one.kind === section.kind;
    // One camera, one microphone, one screen and its sound: what all are told of a member stays small.
    if ([...before.filter((one) => one.mid !== mid), ...sent].some(isSame))
      return fail('signal_invalid', { detail: `${media} is sent already, end that section first` });
    sent.push({ mid, media, kind: section.kind, track: randomId(`${media}-`) });
  }
  return succeed(sent);
}

/** Speaks to the SFU for the members of a room: asks the room, then the SFU, then has the room record what came of it. */
export class SfuSessions implements SfuRpc {
  readonly #options: SfuOptions;
  readonly #handlers: Handlers;
  /** What the SFU is asked about one session goes one after another; here is the newest. */
  readonly #newest = new Map<string, Promise<unknown>>();
  readonly executors: Readonly<Record<string, Executor>>;

  constructor(options: SfuOptions) {
    this.#options = options;
    this.#handlers = {
      begin: (room, sfu, request) => this.#begin(room, sfu, request),
      publish: (room, sfu, request) => this.#publish(room, sfu, request),
      subscribe: (room, sfu, request) => this.#subscribe(room, sfu, request),
      answer: (room, sfu, { member, session, sdp }) =>
        this.#ofSession(room, member, session, async () => {
          await sfu.answer(session, sdp);
          return succeed({});
        }),
      layers: (room, sfu, request) => this.#layers(room, sfu, request),
      close: (room, sfu, request) => this.#close(room, sfu, request),
    };
    this.executors = { [CLOSE_TRACKS]: (data) => this.#end(data as CloseTracks) };
  }

  async sfu<K extends keyof SfuRequests>(call: K, request: SfuRequests[K]): Promise<Outcome<SfuAnswers[K]>> {
    const room = this.#options.engine();
    if (room === null) return fail('room_not_found');
    const { sfu } = this.#options;
    if (sfu === null) return fail('sfu_off');
    const limited = this.#options.limit(request.member);
    if (limited !== null) return { ok: false, error: limited };
    try {
      return await this.#handlers[call](room, sfu, request);
    } catch (error) {
      if (!(error instanceof SfuFault)) throw error;
      this.#options.log('warn', 'sfu.failed', { call, code: error.code });
      return fail('sfu_failed', { detail: error.code });
    }
  }

  async #begin(
    room: Room,
    sfu: Sfu,
    { member, call }: SfuRequests['begin'],
  ): Promise<Outcome<SfuAnswers['begin']>> {
    const refusal = mayBegin(room.state, member, call);
    if (refusal !== null) return { ok: false, error: refusal };
    const session = await sfu.begin();
    const begun = room.perform(beginSfu, { session, member, call }, asMember(member));
    await room.settled();
    // Nothing was sent or received yet: a session that nobody uses costs nothing and goes by itself.
    return begun.ok ? succeed({ session }) : begun;
  }

  #publish(
    room: Room,
    sfu: Sfu,
    { member, session, sdp, tracks }: SfuRequests['publish'],
  ): Promise<Outcome<SfuAnswers['publish']>> {
    return this.#ofSession(room, member, session, async () => {
      const offered = tracksOf(room.state, session, sdp, tracks);
      if (!offered.ok) return offered;
      const sent = offered.value;
      if (withheld(room.state, member, sent).length > 0) return fail('not_allowed');
      const asked = sent.map(({ mid, track }) => ({ mid, name: track }));
      const published = await sfu.publish(session, sdp, asked);
      const taken = sent.filter((_, index) => 'mid' in (published.tracks[index] ?? {}));
      const recorded = room.perform(recordSent, { session, member, tracks: taken }, asMember(member));
      await room.settled();
      if (!recorded.ok) return recorded;
      if (recorded.value.result !== 0) return fail('not_allowed');
      const refused = published.tracks.find((track) => 'fault' in track);
      if (taken.length === 0 && refused !== undefined && 'fault' in refused)
        return fail('sfu_failed', { detail: refused.fault });
      return succeed({ sdp: published.answer, tracks: taken.map(({ mid, track }) => ({ mid, track })) });
    });
  }

  #subscribe(
    room: Room,
    sfu: Sfu,
    { member, session, tracks }: SfuRequests['subscribe'],
  ): Promise<Outcome<SfuAnswers['subscribe']>> {
    return this.#ofSession(room, member, session, async () => {
      const places = tracks.map((one) => this.#placeOf(room, one.member, one.track));
      const wanted = tracks.flatMap(({ rid }, index) => {
        const place = places[index];
        if (place == null) return [];
        return [{ ...place, ...(rid === undefined ? {} : { rid }) }];
      });
      const answered =
        wanted.length === 0 ? { offer: null, tracks: [] } : await sfu.subscribe(session, wanted);
      let next = 0;
      const outcomes = tracks.map(({ member: of, track }, index) => {
        if (places[index] === null) return { member: of, track, error: 'gone' };
        const outcome = answered.tracks[next++] ?? { fault: 'no_answer' };
        return { member: of, track, ...('mid' in outcome ? outcome : { error: outcome.fault }) };
      });
      return succeed({ sdp: answered.offer, tracks: outcomes });
    });
  }

  #layers(
    room: Room,
    sfu: Sfu,
    { member, session, tracks }: SfuRequests['layers'],
  ): Promise<Outcome<SfuAnswers['layers']>> {
    return this.#ofSession(room, member, session, async () => {
      const wanted = tracks.flatMap(({ mid, rid, ...one }) => {
        const place = this.#placeOf(room, one.member, one.track);
        return place === null ? [] : [{ ...place, mid, rid }];
      });
      if (wanted.length > 0) await sfu.prefer(session, wanted);
      return succeed({});
    });
  }

  #close(
    room: Room,
    sfu: Sfu,
    { member, session, mids, sdp }: SfuRequests['close'],
  ): Promise<Outcome<SfuAnswers['close']>> {
    return this.#ofSession(room, member, session, async () => {
      const answer = await sfu.close(session, mids, sdp);
      const over = room.perform(recordOver, { session, mids }, asMember(member));
      await room.settled();
      return over.ok ? succeed({ sdp: answer }) : over;
    });
  }

  /** Where a track is that somebody sends now. */
  #placeOf(room: Room, member: string, track: string): { session: string; name: string } | null {
    if (sentBy(room.state, member, track) === undefined) return null;
    const session = sessionOf(room.state, member)?.session;
    return session === undefined ? null : { session, name: track };
  }

  /** Asks the SFU about a session of this member, when it has answered what was asked about it before. */
  #ofSession<T>(
    room: Room,
    member: string,
    session: string,
    ask: () => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const known = ownSession(room.state, member, session);
    if (!known.ok) return Promise.resolve(known);
    return this.#inTurn(session, () => {
      // It may have ended while others were asked.
      const still = ownSession(room.state, member, session);
      return still.ok ? ask() : Promise.resolve(still);
    });
  }

  #inTurn<T>(session: string, ask: () => Promise<T>): Promise<T> {
    const turn = (this.#newest.get(session) ?? Promise.resolve()).then(ask, ask);
    const settled = turn
      .catch(() => {})
      .finally(() => {
        if (this.#newest.get(session) === settled) this.#newest.delete(session);
      });
    this.#newest.set(session, settled);
    return turn;
  }

  /** Ends sections at the SFU. Rejects where it can't be reached: tried again. */
  async #end({ session, mids }: CloseTracks): Promise<void> {
    const { sfu } = this.#options;
    // Switched off since: what is left ends by itself when nothing comes any more.
    if (sfu === null) return;
    await this.#inTurn(session, async () => {
      const which = mids === 'all' ? await sfu.open(session) : mids;
      for (let at = 0; at < which.length; at += LIMITS.sfuTracks)
        await sfu.close(session, which.slice(at, at + LIMITS.sfuTracks));
    });
  }
}

import type { Engine } from '../engine/engine.ts';
import { asMember } from '../engine/feature.ts';
import type { Executor } from '../engine/outbox.ts';
import { type Rate, RateLimiter } from '../engine/rate-limit.ts';
import type { Clock } from '../platform/clock.ts';
import { randomId } from '../platform/codes.ts';
import { consoleLog, type Log } from '../platform/log.ts';
import { HttpSfu, readSfu, type Sfu, SfuFault, type SfuVars } from '../platform/sfu.ts';
import type { SfuAnswers, SfuRequests, SfuRpc } from '../platform/sfu-rpc.ts';
import {
  fail,
  LIMITS,
  type Media,
  type Outcome,
  type Refusal,
  readSdp,
  sentMedia,
  succeed,
} from '../protocol/index.ts';
import { beginSfu, mayBegin, ownSession, recordOver, recordSent, useSfu, withheld } from './sfu-commands.ts';
import {
  CLOSE_TRACKS,
  type CloseTracks,
  type SentRow,
  type SfuRow,
  sentBy,
  sessionOf,
  sfuTable,
} from './sfu-rows.ts';

/** It has been said what is wrong with the settings: every room that wakes reads the same. */
let isToldWrong = false;

/** The SFU that is set up, or null. Where its settings are not whole there is none, and the log says what to do. */
export function sfuOf(vars: SfuVars, log: Log = consoleLog): Sfu | null {
  try {
    const settings = readSfu(vars);
    return settings === null ? null : new HttpSfu(settings);
  } catch (error) {
    if (!isToldWrong) log('error', 'sfu.unusable', { error });
    isToldWrong = true;
    return null;
  }
}

/**
 * Sessions that a member may begin: one, and others where their network fails. Each costs a call to the SFU and two rows, and
 * nothing to ask for.
 */
const BEGINS: Rate = { perSecond: 0.2, burst: 5 };

/** What is needed of an engine. */
type Room = Pick<Engine, 'state' | 'perform' | 'settled'>;

export interface SfuOptions {
  /** null: there is no room. */
  readonly engine: () => Room | null;
  /** null: none is set up. */
  readonly sfu: Sfu | null;
  readonly clock: Clock;
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
 * The media that a description of the browser's sends. `signal_invalid` where it can't be read, or a section sends that was
 * declared neither now (`tracks`) nor before. One that the room has ended may do so for a moment: the browser hears of it later.
 */
function mediaIn(
  sdp: string,
  { over, sent }: SfuRow,
  tracks: SfuRequests['publish']['tracks'] = [],
): Outcome<readonly Media[]> {
  const declared = Object.fromEntries([...sent, ...tracks].map(({ mid, media }) => [mid, media]));
  return sentMedia(sdp, { ...over, ...declared }, LIMITS.sfuSections);
}

/** The tracks that an offer adds to what a session sends. `signal_invalid` also where a declared one does not send. */
function tracksOf(
  { sent: before }: SfuRow,
  sdp: string,
  tracks: SfuRequests['publish']['tracks'],
): Outcome<readonly SentRow[]> {
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
  readonly #begins = new RateLimiter(BEGINS);
  readonly executors: Readonly<Record<string, Executor>>;

  constructor(options: SfuOptions) {
    this.#options = options;
    this.#handlers = {
      begin: (room, sfu, request) => this.#begin(room, sfu, request),
      publish: (room, sfu, request) => this.#publish(room, sfu, request),
      subscribe: (room, sfu, request) => this.#subscribe(room, sfu, request),
      answer: (room, sfu, { member, session, sdp }) =>
        this.#ofSession(room, member, session, async (row) => {
          const media = mediaIn(sdp, row);
          if (!media.ok) return media;
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
    const now = this.#options.clock.now();
    this.#begins.sweep(now);
    const wait = this.#begins.take(member, now);
    if (wait > 0) return fail('rate_limited', { retry: wait });
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
    return this.#ofSession(room, member, session, async (row) => {
      const media = mediaIn(sdp, row, tracks);
      if (!media.ok) return media;
      const offered = tracksOf(row, sdp, tracks);
      if (!offered.ok) return offered;
      const sent = offered.value;
      if (withheld(room.state, member, [...row.sent, ...sent]).length > 0) return fail('not_allowed');
      const used = await this.#use(room, session, row);
      if (!used.ok) return used;
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
    return this.#ofSession(room, member, session, async (row) => {
      const places = tracks.map((one) => this.#placeOf(room, one.member, one.track));
      const wanted = tracks.flatMap(({ rid }, index) => {
        const place = places[index];
        if (place == null) return [];
        return [{ ...place, ...(rid === undefined ? {} : { rid }) }];
      });
      const used = wanted.length === 0 ? succeed(null) : await this.#use(room, session, row);
      if (!used.ok) return used;
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
    return this.#ofSession(room, member, session, async (row) => {
      const media = sdp === undefined ? succeed([]) : mediaIn(sdp, row);
      if (!media.ok) return media;
      const answer = await sfu.close(session, mids, sdp);
      const over = room.perform(recordOver, { session, mids }, asMember(member));
      await room.settled();
      return over.ok ? succeed({ sdp: answer }) : over;
    });
  }

  /** From now on it may hold tracks, and is on disk as one that does. */
  async #use(room: Room, session: string, { member, isUnused }: SfuRow): Promise<Outcome<unknown>> {
    if (isUnused !== true) return succeed(null);
    const used = room.perform(useSfu, { session }, asMember(member));
    await room.settled();
    return used;
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
    ask: (row: SfuRow) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const known = ownSession(room.state, member, session);
    if (!known.ok) return Promise.resolve(known);
    return this.#inTurn(session, () => {
      // It may have ended while others were asked.
      const still = ownSession(room.state, member, session);
      return still.ok ? ask(still.value) : Promise.resolve(still);
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

  /** Those of a session's sections by which nothing goes out that was taken since. */
  #unused(session: string, mids: readonly string[]): readonly string[] {
    const sent = this.#options.engine()?.state.table(sfuTable).get(session)?.sent ?? [];
    return mids.filter((mid) => !sent.some((one) => one.mid === mid));
  }

  /** Ends sections at the SFU. Rejects where it can't be reached: tried again. */
  async #end({ session, mids }: CloseTracks): Promise<void> {
    const { sfu } = this.#options;
    // Switched off since: what is left ends by itself when nothing comes any more.
    if (sfu === null) return;
    await this.#inTurn(session, async () => {
      const which = mids === 'all' ? await sfu.open(session) : this.#unused(session, mids);
      for (let at = 0; at < which.length; at += LIMITS.sfuTracks)
        await sfu.close(session, which.slice(at, at + LIMITS.sfuTracks));
    });
  }
}

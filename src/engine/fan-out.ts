import { type CatchUp, pause, type Told } from './catch-up.ts';
import type { Batch, LiveEvent } from './journal.ts';
import type { Meter } from './meter.ts';
import { eventsFrame, liveFrame, privateFrame } from './replay.ts';
import type { Session, Sessions } from './session.ts';
import type { Loaded } from './store.ts';

/**
 * Sockets told in one turn of the event loop. Every `send` copies the text natively; slices keep that copy small, and
 * measured faster, too: 25 gave a hundred members their echo in 0.9 of the time that 50 took, and 12 gained nothing more.
 */
const SLICE = 25;
/** UTF-16 units copied in one turn: a batch of long texts goes out in smaller slices. */
const SLICE_SIZE = 4 * 1024 * 1024;

/** Where more than these speak at once, all are told in one order. */
const SPEAKERS_FIRST = 10;

interface PublicFrame {
  readonly prev: number;
  readonly last: number;
  readonly text: string;
}

/** How far everybody has been told, as far as their sockets could take it. */
export class Head implements Told {
  head: number;
  last: number;
  readonly #privates: Map<string, number>;

  constructor(loaded: Pick<Loaded, 'head' | 'last' | 'marks'>) {
    this.head = loaded.head;
    this.last = loaded.last;
    this.#privates = new Map();
    for (const [member, mark] of loaded.marks) if (mark.private > 0) this.#privates.set(member, mark.private);
  }

  privateOf(member: string): number {
    return this.#privates.get(member) ?? 0;
  }

  /** A batch is on disk and about to be told. */
  move(batch: Batch): void {
    this.head = batch.head;
    this.last = batch.last;
    for (const [member, mark] of batch.marks) if (mark.private > 0) this.#privates.set(member, mark.private);
    for (const member of batch.forgotten) this.#privates.delete(member);
  }
}

/** Hands committed frames to the sessions: live ones at once, all others by catching up. */
export class FanOut {
  readonly #sessions: Sessions;
  readonly #head: Head;
  readonly #catchUp: CatchUp;
  readonly #meter: Meter;

  constructor(options: { sessions: Sessions; head: Head; catchUp: CatchUp; meter: Meter }) {
    this.#sessions = options.sessions;
    this.#head = options.head;
    this.#catchUp = options.catchUp;
    this.#meter = options.meter;
  }

  /** Tells a batch that is on disk. `ready` holds the first frame of each session that waited for it. */
  async deliver(batch: Batch, ready: ReadonlyMap<Session, Ready>): Promise<void> {
    this.#head.move(batch);
    const frames: PublicFrame[] = batch.segments
      .filter(({ head, prev }) => head > prev)
      .map(({ prev, head, public: events }) => ({ prev, last: head, text: eventsFrame(prev, head, events) }));
    const privates = gatherPrivate(batch);
    const live = gatherLive(batch.live);

    for (const [session, first] of ready) this.#welcome(session, first);
    if (frames.length > 0 || privates.size > 0 || batch.live.length > 0) {
      const size = frames.reduce((sum, { text }) => sum + text.length, 1);
      const sessions = this.#inOrder(batch);
      const slice = Math.max(1, Math.min(SLICE, Math.floor(SLICE_SIZE / size)));
      this.#catchUp.measure();
      for (let start = 0; start < sessions.length; start += slice) {
        if (start > 0) await pause(0);
        for (const session of sessions.slice(start, start + slice)) {
          this.#push(session, frames, privates.get(session.member) ?? [], live, batch.live);
        }
      }
    }
    for (const { session, text } of batch.receipts) this.#catchUp.answer(session, text);
    for (const { session, as } of batch.closes) {
      session.close(as);
      this.#sessions.remove(session);
    }
  }

  /** Few who speak hear first: their own message coming back is the receipt they wait for. */
  #inOrder(batch: Batch): Session[] {
    const sessions = this.#sessions.all();
    if (batch.marks.size > SPEAKERS_FIRST) return sessions;
    const speakers = sessions.filter(({ member }) => batch.marks.has(member));
    return [...speakers, ...sessions.filter(({ member }) => !batch.marks.has(member))];
  }

  #welcome(session: Session, ready: Ready): void {
    if (session.phase.kind !== 'joining') return;
    session.seq = ready.seq;
    session.private = ready.private;
    session.send(ready.text);
    this.#catchUp.lag(session);
    this.#catchUp.advance(session);
  }

  #push(
    session: Session,
    frames: readonly PublicFrame[],
    own: readonly PrivateRange[],
    live: LiveTexts,
    events: readonly LiveEvent[],
  ): void {
    for (const { prev, last, text } of own) {
      if (session.phase.kind !== 'live') break;
      if (session.private >= last) continue;
      if (session.private !== prev) this.#catchUp.lag(session);
      else if (this.#catchUp.hasRoom(session, text.length)) {
        session.send(text);
        session.private = last;
      }
    }
    for (const { prev, last, text } of frames) {
      if (session.phase.kind !== 'live' || session.scope === 'own') break;
      if (session.seq >= last) continue;
      if (session.seq !== prev) this.#catchUp.lag(session);
      else if (this.#catchUp.hasRoom(session, text.length)) {
        session.send(text);
        session.seq = last;
      }
    }
    const text = session.scope === 'own' ? live.only(session.member) : live.of(session.member);
    if (text !== null && session.phase.kind === 'live' && this.#catchUp.hasRoom(session, text.length))
      session.send(text);
    if (session.phase.kind === 'lagging') {
      for (const { key, to, text } of events) {
        if (key === null || !(to?.includes(session.member) ?? session.scope === 'all')) continue;
        if (session.phase.missed.has(key)) this.#meter.merged += 1;
        session.phase.missed.set(key, text);
      }
    }
  }
}

/** The first frame of a session, and where it puts it. */
export interface Ready {
  readonly text: string;
  readonly seq: number;
  readonly private: number;
}

interface PrivateRange {
  readonly prev: number;
  readonly last: number;
  readonly text: string;
}

/** For each member a range for each segment: frames stay as small as those for everybody. */
function gatherPrivate(batch: Batch): Map<string, PrivateRange[]> {
  const ranges = new Map<string, PrivateRange[]>();
  for (const { privateEvents } of batch.segments) {
    const gathered = new Map<string, { prev: number; last: number; texts: string[] }>();
    for (const { to, text } of privateEvents) {
      for (const [member, number] of to) {
        const range = gathered.get(member);
        if (range === undefined) gathered.set(member, { prev: number - 1, last: number, texts: [text] });
        else {
          range.last = number;
          range.texts.push(text);
        }
      }
    }
    for (const [member, { prev, last, texts }] of gathered) {
      const range = { prev, last, text: privateFrame(prev, last, texts.join(',')) };
      ranges.set(member, [...(ranges.get(member) ?? []), range]);
    }
  }
  return ranges;
}

interface LiveTexts {
  /** Everything that a member of the room sees. */
  of(member: string): string | null;
  /** What is told to this member and not to everybody. */
  only(member: string): string | null;
}

/** One frame for everybody; only members with events of their own get another. */
function gatherLive(events: readonly LiveEvent[]): LiveTexts {
  if (events.length === 0) return { of: () => null, only: () => null };
  const common = events.filter((event) => event.to === null);
  const shared = common.length === 0 ? null : liveFrame(common.map((event) => event.text).join(','));
  const special = new Set(events.flatMap((event) => event.to ?? []));
  const frameOf = (seen: readonly LiveEvent[]) => liveFrame(seen.map((event) => event.text).join(','));
  const isFor = (member: string) => (event: LiveEvent) => event.to?.includes(member) ?? false;
  return {
    of: (member) =>
      special.has(member)
        ? frameOf(events.filter((event) => event.to === null || isFor(member)(event)))
        : shared,
    only: (member) => (special.has(member) ? frameOf(events.filter(isFor(member))) : null),
  };
}

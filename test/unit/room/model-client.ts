import { expect } from 'vitest';
import * as views from '../../../src/client/view.ts';
import type { Session } from '../../../src/engine/session.ts';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import type { ReadyFrame, ServerFrame } from '../../../src/protocol/frames.ts';
import { idOf } from './harness.ts';

/** What somebody in the lobby may be told of. */
export const FOR_THE_LOBBY: readonly string[] = ['lobby.placed', 'lobby.refused', 'member.dismissed'];
const WAITING_FRAME = ['t', 'v', 'epoch', 'private', 'acked', 'self', 'room', 'lobby'];
/** Closes after which a client does not come back by itself: what it knew is gone with it. */
export const FINAL: readonly number[] = [
  CLOSE.left,
  CLOSE.removed,
  CLOSE.banned,
  CLOSE.refused,
  CLOSE.ended,
].map(({ code }) => code);

/** A person, or the device of one, with a client: what it has been told, by the SDK's own reducers. */
export class Client {
  readonly name: string;
  /** Whose device it is, by the account's short name; null: a guest's. */
  readonly account: string | null;
  readonly id: string;
  view: views.View | null = null;
  session: Session | null = null;
  /** The ticket of the newest admission that was not redeemed. */
  ticket: string | null = null;
  /** The newest command number. */
  n = 0;
  /** Earlier views of theirs, from which the log can be replayed. */
  bookmarks: views.View[] = [];
  /** Somebody told them alone that they write: not kept, so a later view may differ in it. */
  whispered = false;

  constructor(name: string) {
    this.name = name;
    this.id = idOf(name);
    // `eve-2` is a device of eve.
    this.account = name.includes('-') ? (name.split('-')[0] ?? null) : null;
  }

  get isInRoom(): boolean {
    return this.session !== null && this.view !== null && this.view.waiting === null;
  }

  forget(): void {
    this.view = null;
    this.bookmarks = [];
  }

  /** Takes what a socket brings. Answers whether it wants to know now who waits, as hosts do. */
  receive(session: Session, text: string): boolean {
    if (this.session !== session) return false;
    const frame = JSON.parse(text) as ServerFrame;
    if (frame.t === 'ready') {
      this.view = this.#welcomed(frame);
      return false;
    }
    if (frame.t === 'waiting') {
      expect(Object.keys(frame).sort()).toEqual([...WAITING_FRAME].sort());
      expect(Object.keys(frame.room).sort()).toEqual(['code', 'name']);
      expect(Object.keys(frame.self).sort()).toEqual(['id', 'name']);
      this.forget();
      this.view = views.fromLobby(frame);
      return false;
    }
    const { view } = this;
    if (view === null) throw new Error(`${this.name} got ${frame.t} first`);
    if (view.waiting !== null) {
      expect(['private', 'live'], `a frame for ${this.name} in the lobby`).toContain(frame.t);
      for (const event of 'events' in frame ? frame.events : [])
        expect(FOR_THE_LOBBY, `told to ${this.name} in the lobby`).toContain(event.t);
    }
    const after = applied(view, text);
    this.view = after;
    let isCurious = false;
    for (const event of eventsOf(text)) {
      if (event.t === 'typing.changed' && 'to' in event) this.whispered = true;
      isCurious ||= views.becameHost(after, event);
    }
    return isCurious;
  }

  #welcomed(frame: ReadyFrame): views.View {
    const before = this.view;
    if (!frame.recovered) {
      const view = views.fromSnapshot(frame, before?.names);
      if (view === null) throw new Error('a ready frame without a snapshot');
      return view;
    }
    if (before === null) throw new Error('recovered without a view');
    expect([frame.seq, frame.private], `${this.name} resumes`).toEqual([before.seq, before.private]);
    return views.resumed(before, frame);
  }
}

/** The events of a frame. */
export function eventsOf(text: string): readonly views.Envelope[] {
  const frame = JSON.parse(text) as ServerFrame;
  return 'events' in frame ? frame.events : [];
}

/** A view, and what a frame makes of it. */
export function applied(view: views.View, text: string): views.View {
  const frame = JSON.parse(text) as ServerFrame;
  if (frame.t === 'live') return views.applyLive(view, frame.events);
  if (frame.t !== 'events' && frame.t !== 'private') return view;
  const after = views.applyNumbered(view, frame.t === 'events' ? 'seq' : 'private', frame);
  if (after === null)
    throw new Error(`${frame.t} (${frame.prev}, ${frame.last}] on ${view.seq}/${view.private}`);
  return after;
}

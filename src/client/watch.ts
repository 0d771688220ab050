import type { CommandInput, CommandType } from '../protocol/registry.ts';
import type { Viewing, WatchFailure, WatchPolicy } from '../protocol/watch.ts';
import { command, query } from './asking.ts';
import { Posters } from './posters.ts';
import type { Receipt } from './receipt.ts';
import type { Session } from './session.ts';
import type { WatchView } from './view-watch.ts';

/**
 * What a room watches together: the list, what plays, and how to steer it. Positions are ms from the beginning. What is
 * decided about what plays says which state it was decided from: where somebody else was faster it is refused with
 * `watch_stale`, and nothing changes. To have an element follow it, see `Screening`.
 */
export class Watching {
  readonly #session: Session;
  readonly #posters = new Posters(async (item) => {
    const { poster } = await query(this.#session, 'watch.poster', { item }, (view) => view);
    return poster;
  });

  /** @internal Use `room.watch`. */
  constructor(session: Session) {
    this.#session = session;
  }

  /** As it is now, the same as `room.state.watch`: the same object until something changes. */
  get state(): WatchView {
    return this.#session.state.watch;
  }

  /** Called after each change of `state`, and of nothing else. Needs no `this`. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    let known = this.state;
    return this.#session.emitter.on('change', () => {
      if (this.state === known) return;
      known = this.state;
      listener();
    });
  };

  /** Called when the connection is there, at first and after each drop. Returns a function that ends it. */
  onOnline(listener: () => void): () => void {
    return this.#session.emitter.on('on connection', () => {
      if (this.#session.state.connection.status === 'online') listener();
    });
  }

  /**
   * Puts a file of the room, or an https address where `state.addresses` allows it, at the end of the list. `duration` (ms) and
   * `poster` (a `data:` URL of a small picture) are what you have read from it. The item's id is the `seq` of the event.
   */
  add(item: CommandInput<'watch.add'>): Promise<Receipt<'watch.add'>> {
    return this.#send('watch.add', item);
  }
  remove(item: number): Promise<Receipt<'watch.remove'>> {
    this.#posters.forget(item);
    return this.#send('watch.remove', { item });
  }
  /** Moves an item to before another one; null: to the end. */
  move(item: number, before: number | null): Promise<Receipt<'watch.move'>> {
    return this.#send('watch.move', { item, before });
  }
  /** Gives an item its subtitles, all of them: WebVTT files of the room. */
  setSubtitles(
    item: number,
    subtitles: CommandInput<'watch.subtitles'>['subtitles'],
  ): Promise<Receipt<'watch.subtitles'>> {
    return this.#send('watch.subtitles', { item, subtitles });
  }
  /** The picture of an item, as a `data:` URL; null: it has none. Asked for once, and many one after another: ask when it is shown. */
  poster(item: number): Promise<string | null> {
    return this.#posters.get(item);
  }

  /** Chooses what is watched, from its beginning, and plays it unless `play` is false; null: nothing. */
  select(
    item: number | null,
    { play = true }: { readonly play?: boolean } = {},
  ): Promise<Receipt<'watch.select'>> {
    return this.#send('watch.select', { item, play, ...this.#base });
  }
  /** Plays on; while it holds, without waiting any longer. */
  play(): Promise<Receipt<'watch.play'>> {
    return this.#send('watch.play', this.#base);
  }
  pause(): Promise<Receipt<'watch.pause'>> {
    return this.#send('watch.pause', this.#base);
  }
  /** Goes to a position. Send where a slider was let go, not where it is dragged along. */
  seek(position: number): Promise<Receipt<'watch.seek'>> {
    return this.#send('watch.seek', { position: Math.round(position), ...this.#base });
  }
  /** 1 is the pace at which it was recorded. */
  setRate(rate: number): Promise<Receipt<'watch.rate'>> {
    return this.#send('watch.rate', { rate, ...this.#base });
  }
  next(): Promise<Receipt<'watch.next'>> {
    return this.#send('watch.next', this.#base);
  }
  /** Whether the next item follows by itself, and whether all wait for whoever is not ready; for hosts. */
  setPolicy(policy: Partial<WatchPolicy>): Promise<Receipt<'watch.policy'>> {
    return this.#send('watch.policy', policy);
  }
  /** Lets every member steer, or only hosts and those with the right `watch`; for hosts. */
  letEverybodySteer(everybody: boolean): Promise<Receipt<'policy.set'>> {
    return this.#send('policy.set', { policy: { watch: everybody } });
  }

  /** Says how it is with you; null: you watch no more. `Screening` does it. */
  tell(viewing: Viewing | null, version: number): Promise<Receipt<'watch.view'>> {
    return this.#send('watch.view', { viewing, version });
  }
  /** Says that an item has come to its end, at this version. `Screening` does it. */
  end(item: number, version: number): Promise<Receipt<'watch.end'>> {
    return this.#send('watch.end', { item, version });
  }
  /** Says that an item can't be played here. `Screening` does it. */
  fail(item: number, reason: WatchFailure): Promise<Receipt<'watch.fail'>> {
    return this.#send('watch.fail', { item, reason });
  }

  get #base(): { readonly base: number } {
    return { base: this.state.playback.version };
  }

  #send<T extends CommandType>(t: T, fields: CommandInput<T>): Promise<Receipt<T>> {
    return command(this.#session, t, fields);
  }
}

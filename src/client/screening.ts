import type { Playback, WatchFailure, WatchItem } from '../protocol/watch.ts';
import { positionAt } from '../protocol/watch-position.ts';
import type { ServerClock } from './clock.ts';
import { Emitter } from './emitter.ts';
import { correct, Jumps } from './in-step.ts';
import { Loading } from './loading.ts';
import {
  canBegin,
  canPlay,
  isRefusal,
  type PageLike,
  PLAYER_EVENTS,
  type PlayerLike,
  thePage,
} from './player.ts';
import { TIMERS, type Timers } from './timers.ts';
import { forgive, PATIENCE, type ScreeningStatus, ViewingReport } from './viewing.ts';
import type { Watching } from './watch.ts';

export interface ScreeningOptions {
  readonly watch: Pick<Watching, 'state' | 'subscribe' | 'onOnline' | 'tell' | 'end' | 'fail'>;
  readonly clock: Pick<ServerClock, 'now' | 'subscribe'>;
  /** A `video` or `audio` element, or what behaves like one. */
  readonly player: PlayerLike;
  /**
   * Gives the player another source: sets its `src`, or attaches what plays HLS. null: nothing is watched, take it away. Where
   * it has to ask for an address first it answers with a promise: until that is kept nothing is done with the player. One that
   * is broken means that the item can't be played here. It is called again with an item that failed: give it a fresh address.
   */
  readonly load: (item: WatchItem | null) => void | Promise<void>;
  readonly timers?: Timers;
  /** Left out: that of the page. null: always seen. */
  readonly page?: PageLike | null;
}

/** In these the player is not to play at this moment. */
const STANDS: ReadonlySet<ScreeningStatus> = new Set(['paused', 'holding']);

/** ms between two looks at a player that plays: one in step, and one that is being corrected or has just jumped. */
const LOOK_EVERY = 500;
const LOOK_CLOSER = 100;
/** … and one that has come to its end. */
const LOOK_SELDOM = 1_000;
/** ms by which a player that stands may be off: about a frame. */
const FRAME = 40;
/** ms by which a player may be behind when it starts, and still do so where it is: another pace makes up for it. */
const STARTS_BEHIND = 120;
/** ms after a jump or start before it is judged: the position of an element takes a moment to be what is seen. */
const SETTLES = 120;
/** ms that a player at its end may be ahead of the room and still be at the same end: lengths are read with a little difference. */
const JUST_ENDED = 2_000;

/**
 * Has a player follow what a room watches: loads it, starts, stops and seeks it, and keeps it in step by small changes of pace
 * and, where these take too long, by jumps. Says to the room how it is with it. Only position, pace and play are touched.
 */
export class Screening {
  readonly #options: ScreeningOptions;
  readonly #timers: Timers;
  readonly #page: PageLike | null;
  readonly #emitter = new Emitter();
  readonly #jumps = new Jumps();
  readonly #report: ViewingReport;
  readonly #loading: Loading;
  readonly #offs: (() => void)[];
  #status: ScreeningStatus = 'idle';
  #drift: number | null = null;
  /** Factor of the correction under way. */
  #pace = 1;
  /** It was told to play, and not to stop since. */
  #plays = false;
  #isStarting = false;
  #isBlocked = false;
  /** It was paused while nobody saw it. */
  #isUnseen = false;
  /** When it last jumped or started, until it was judged how well it landed. */
  #leapt: { readonly at: number; readonly isJump: boolean } | null = null;
  /** The newest choice or seek that was followed. */
  #jumpSeen = -1;
  /** The version at which the player was last put where it stands. */
  #placed = -1;
  /** The end that was told last. */
  #ended = '';
  #cancelLook: () => void = () => undefined;
  #isClosed = false;

  constructor(options: ScreeningOptions) {
    const { watch, clock, player } = options;
    this.#options = options;
    this.#timers = options.timers ?? TIMERS;
    this.#report = new ViewingReport(watch, this.#timers, this.#look);
    this.#loading = new Loading({
      player,
      timers: this.#timers,
      load: options.load,
      look: this.#look,
      // The room tells of the first one who can't.
      giveUp: ({ id, failed }, reason) => failed === null && forgive(watch.fail(id, reason)),
    });
    this.#page = options.page === undefined ? thePage() : options.page;
    for (const type of PLAYER_EVENTS) player.addEventListener(type, this.#look);
    this.#page?.addEventListener('visibilitychange', this.#seen);
    this.#offs = [
      watch.subscribe(this.#look),
      clock.subscribe(this.#look),
      watch.onOnline(() => {
        this.#report.anew();
        this.#loading.online();
        this.#look();
      }),
    ];
    this.#look();
  }

  get status(): ScreeningStatus {
    return this.#status;
  }

  /** ms by which the player was ahead of the room (behind: negative) when it was last looked at; null: it does not play. */
  get drift(): number | null {
    return this.#drift;
  }

  /** Where the room is, ms; null: nothing is chosen. */
  get position(): number | null {
    const { playback } = this.#options.watch.state;
    const item = this.#item;
    return item === null
      ? null
      : positionAt(playback, this.#options.clock.now() ?? playback.at, item.duration);
  }

  /** Called when `status` changes. Needs no `this`. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => this.#emitter.on('status', listener);

  /** Plays after the browser has refused to: call it where somebody presses a button, and not later. */
  join(): void {
    this.#isBlocked = this.#isUnseen = this.#plays = false;
    this.#loading.press();
    this.#look();
  }

  /** What plays in the element's stead has failed; for players that have no `error` of their own, such as those for HLS. */
  fail(reason: WatchFailure): void {
    this.#loading.fail(reason);
    this.#look();
  }

  /** Follows no more. The player stays as it is. */
  close(): void {
    const { player } = this.#options;
    this.#isClosed = true;
    this.#cancelLook();
    this.#loading.close();
    for (const type of PLAYER_EVENTS) player.removeEventListener(type, this.#look);
    this.#page?.removeEventListener('visibilitychange', this.#seen);
    for (const off of this.#offs) off();
    this.#report.end();
  }

  /** Looks how things are, and does what follows. */
  readonly #look = (): void => {
    if (this.#isClosed) return;
    this.#cancelLook();
    this.#load();
    const status = this.#follow();
    const { player } = this.#options;
    this.#report.note(status, STANDS.has(status) ? canBegin(player) : canPlay(player));
    // What it takes to land is judged from when it can play.
    if (this.#report.lacks && this.#leapt !== null) this.#leapt = { ...this.#leapt, at: this.#timers.now() };
    if (status !== this.#status) {
      this.#status = status;
      this.#emitter.emit('status');
    }
    this.#lookAgain(status);
  };

  #lookAgain(status: ScreeningStatus): void {
    const isClose = this.#pace !== 1 || this.#leapt !== null;
    if (status === 'playing') this.#after(isClose ? LOOK_CLOSER : LOOK_EVERY);
    else if (status === 'ended') this.#after(LOOK_SELDOM);
    else if (this.#report.lacks) this.#after(PATIENCE);
  }

  #after(ms: number): void {
    this.#cancelLook = this.#timers.after(ms, this.#look);
  }

  /** Some browsers pause what is not seen; seen again it goes on. */
  readonly #seen = (): void => {
    if (this.#page?.hidden === false && this.#isUnseen) this.join();
    else this.#look();
  };

  get #item(): WatchItem | null {
    const { items, playback } = this.#options.watch.state;
    return items.find(({ id }) => id === playback.item) ?? null;
  }

  #load(): void {
    const item = this.#item;
    const { jump } = this.#options.watch.state.playback;
    const needed = this.#loading.needed(item, jump);
    if (needed === null) return;
    if (needed === 'first') this.#report.begin();
    this.#leapt = null;
    this.#pace = 1;
    this.#placed = -1;
    this.#plays = false;
    this.#isStarting = false;
    // What it still has is not what is watched.
    this.#pause();
    this.#loading.begin(item, jump);
  }

  #follow(): ScreeningStatus {
    const { watch, clock } = this.#options;
    const { playback } = watch.state;
    const item = this.#item;
    this.#drift = null;
    if (item === null) {
      this.#pause();
      return 'idle';
    }
    const loaded = this.#loading.look(item);
    if (loaded !== 'there') return loaded;
    const now = clock.now();
    if (now === null) return 'loading';
    const target = positionAt(playback, now, item.duration);
    return playback.status === 'playing' ? this.#run(playback, target, item) : this.#stand(playback, target);
  }

  /** The room stands: so does the player, and at the same place. */
  #stand(playback: Playback, target: number): ScreeningStatus {
    const { player } = this.#options;
    this.#pause();
    this.#pace = 1;
    this.#leapt = null;
    this.#setRate(playback.rate);
    // Once for each decision: an element that can't be where it is told to would be told for ever.
    const key = playback.version;
    if (this.#placed !== key && Math.abs(player.currentTime * 1_000 - target) > FRAME) {
      player.currentTime = target / 1_000;
    }
    this.#placed = key;
    return playback.status === 'holding' ? 'holding' : 'paused';
  }

  #run(playback: Playback, target: number, item: WatchItem): ScreeningStatus {
    const { player, watch } = this.#options;
    this.#placed = -1;
    const drift = player.currentTime * 1_000 - target;
    const isPast = item.duration !== null && target >= item.duration;
    const isNew = playback.jump !== this.#jumpSeen;
    if (isNew) {
      this.#jumpSeen = playback.jump;
      this.#jumps.anew();
      // It may have been on its way to where nobody is any more.
      if (!player.paused && Math.abs(drift) > FRAME) this.#jump(playback, target);
    }
    // Whoever goes back from the end, be it by a moment, does not mean that it has ended.
    const goesBack = isNew && drift > FRAME && !isPast;
    if (player.ended && !goesBack && (isPast || drift <= JUST_ENDED)) {
      // Told once more when the room is there, too: a file that is shorter than was said is not believed to have ended.
      const end = `${playback.version} ${isPast}`;
      if (this.#ended !== end) forgive(watch.end(item.id, playback.version));
      this.#ended = end;
      return 'ended';
    }
    // It stands although it was told to play: the browser has done it, or whoever watches. Nobody is made to go on.
    if (player.paused && !player.ended && this.#plays && !this.#isStarting) this.#block();
    if (this.#isBlocked) return 'blocked';
    if (player.paused || player.ended) return this.#start(playback, target, drift);
    if (!canPlay(player)) return 'buffering';
    if (isPast && drift > 0) this.#playOut(playback);
    else this.#keepUp(playback, target, drift);
    return 'playing';
  }

  #block(): void {
    this.#isBlocked = true;
    this.#isUnseen = this.#page?.hidden === true;
  }

  #start(playback: Playback, target: number, drift: number): ScreeningStatus {
    const { player } = this.#options;
    if (this.#isStarting) return canPlay(player) ? 'playing' : 'buffering';
    this.#pace = 1;
    this.#setRate(playback.rate);
    if (drift < -STARTS_BEHIND * playback.rate || drift > FRAME || player.ended) this.#jump(playback, target);
    else this.#leapt = { at: this.#timers.now(), isJump: false };
    this.#isStarting = true;
    this.#plays = true;
    const { number } = this.#loading;
    const done = (refused: boolean): void => {
      if (number !== this.#loading.number) return;
      this.#isStarting = false;
      if (refused) this.#block();
      this.#look();
    };
    const played = player.play();
    if (played === undefined) this.#isStarting = false;
    else
      played.then(
        () => done(false),
        (reason: unknown) => done(isRefusal(reason)),
      );
    return canPlay(player) ? 'playing' : 'buffering';
  }

  /** It is longer than was said: there is nothing to be in step with any more, and it goes on to its own end. */
  #playOut({ rate }: Playback): void {
    this.#pace = 1;
    this.#leapt = null;
    this.#setRate(rate);
  }

  #keepUp(playback: Playback, target: number, drift: number): void {
    const { rate } = playback;
    const now = this.#timers.now();
    this.#drift = drift;
    if (this.#leapt !== null) {
      if (now - this.#leapt.at < SETTLES) return;
      if (this.#leapt.isJump) this.#jumps.landed(drift / rate);
      this.#leapt = null;
    }
    const correction = correct(drift / rate, this.#pace, {
      unseen: this.#page?.hidden === true,
      mayJump: this.#jumps.may(now),
    });
    if (correction.do === 'jump') {
      this.#jump(playback, target);
      return;
    }
    this.#pace = correction.pace;
    this.#setRate(rate * this.#pace);
  }

  /** Goes to where the room will be when the player is there. */
  #jump({ rate }: Playback, target: number): void {
    const { player } = this.#options;
    const now = this.#timers.now();
    this.#jumps.jumped(now);
    this.#pace = 1;
    this.#setRate(rate);
    player.currentTime = (target + this.#jumps.lead * rate) / 1_000;
    this.#leapt = { at: now, isJump: true };
  }

  #pause(): void {
    const { player } = this.#options;
    this.#plays = false;
    if (!player.paused) player.pause();
  }

  #setRate(rate: number): void {
    const { player } = this.#options;
    if (Math.abs(player.playbackRate - rate) > 0.001) player.playbackRate = rate;
  }
}

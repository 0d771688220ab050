import { ServerClock } from '../../../src/client/clock.ts';
import type { ParleyError } from '../../../src/client/http.ts';
import { Screening } from '../../../src/client/screening.ts';
import type { Timers } from '../../../src/client/timers.ts';
import type { WatchView } from '../../../src/client/view-watch.ts';
import {
  DEFAULT_WATCH_POLICY,
  NOTHING_PLAYS,
  type Playback,
  positionAt,
  type Viewing,
  type WatchItem,
} from '../../../src/protocol/index.ts';
import { FakePlayer, IDEAL, type Place, type World } from './fake-player.ts';

export const item = (id: number, seconds: number | null, more: Partial<WatchItem> = {}): WatchItem => ({
  id,
  at: 0,
  source: { kind: 'file', file: `f_${'0'.repeat(22)}` },
  type: 'video/mp4',
  title: `Film ${id}`,
  duration: seconds === null ? null : seconds * 1_000,
  hasPoster: false,
  subtitles: [],
  failed: null,
  ...more,
});

/** The room's side: one state, told to everybody over their own way. */
export class Theatre {
  readonly world: World;
  /** The server's clock is years ahead of what passes here. */
  static readonly EPOCH = 1_700_000_000_000;
  view: WatchView = {
    items: [],
    playback: NOTHING_PLAYS,
    policy: DEFAULT_WATCH_POLICY,
    addresses: 'off',
    viewers: new Map(),
  };
  readonly seats: Seat[] = [];

  constructor(world: World) {
    this.world = world;
  }
  get time(): number {
    return Theatre.EPOCH + this.world.now;
  }
  /** Where the room is, ms. */
  get position(): number {
    const { playback, items } = this.view;
    const duration = items.find(({ id }) => id === playback.item)?.duration ?? null;
    return positionAt(playback, this.time, duration);
  }
  /** A decision: what plays from now on, told to all. */
  decide(change: Partial<Playback>, jumps = false): void {
    const { position } = this;
    const before = this.view.playback;
    const version = before.version + 1;
    const playback = {
      ...before,
      position,
      ...change,
      version,
      jump: jumps ? version : before.jump,
      at: this.time,
    };
    this.tell({ playback });
  }
  tell(change: Partial<WatchView>): void {
    this.view = { ...this.view, ...change };
    for (const seat of this.seats) seat.hear(this.view);
  }
}

export interface Told {
  readonly t: 'view' | 'end' | 'fail';
  readonly of: Viewing | number | string | null;
  readonly version: number;
}

/** Somebody who watches: their own clock, way and player, and what follows the room there. */
export class Seat {
  readonly player: FakePlayer;
  readonly clock: ServerClock;
  readonly screening: Screening;
  readonly told: Told[] = [];
  readonly loads: (number | null)[] = [];
  readonly page = {
    hidden: false,
    listener: () => undefined as undefined,
    addEventListener: (_: string, listener: () => void) => {
      this.page.listener = listener as () => undefined;
    },
    removeEventListener: () => undefined,
  };
  readonly timers: Timers;
  questions = 0;
  /** What has to be waited for before the player gets its source; null: nothing. */
  loading: Promise<void> | null = null;
  /** Seconds by which files are shorter than was said. */
  shorter = 0;
  /** This machine's own ideas of the time may be put forward. */
  wallIsAhead = 0;
  isOnline = true;
  /** What the room answers to what is told, and to questions; null: it takes them. */
  refusal: ParleyError | null = null;
  /** What becomes of each source after so many ms: it breaks with this code. */
  fault: { readonly code: number; readonly after: number } | null = null;
  readonly #theatre: Theatre;
  readonly #place: Place;
  readonly #random: () => number;
  #view: WatchView;
  readonly #watching = new Set<() => void>();
  readonly #connected = new Set<(state: { status: string }) => void>();
  /** Frames arrive in order. */
  #lastAt = 0;

  constructor(theatre: Theatre, place: Place = IDEAL, random: () => number = () => 0.5) {
    this.#theatre = theatre;
    this.#place = place;
    this.#random = random;
    this.#view = theatre.view;
    const { world } = theatre;
    const pace = 1 + place.ppm / 1e6;
    this.timers = {
      now: () => world.now * pace + 5_000,
      wall: () => world.now * pace + place.skew + this.wallIsAhead,
      after: (ms, run) => world.after(ms / pace, run),
    };
    this.player = new FakePlayer(world, place, random);
    // Of the room a clock needs no more than this.
    this.clock = new ServerClock(
      {
        state: { connection: { status: 'online' } },
        on: (_: 'connection', listener: (state: { status: string }) => void) => {
          this.#connected.add(listener);
          return () => this.#connected.delete(listener);
        },
        send: () => this.#ask(),
      } as never,
      this.timers,
    );
    const say =
      (t: Told['t']) =>
      (of: never, version: number): Promise<never> => {
        this.told.push({ t, of, version });
        return this.refusal === null ? Promise.resolve(undefined as never) : Promise.reject(this.refusal);
      };
    const seat = this;
    this.screening = new Screening({
      watch: {
        get state() {
          return seat.#view;
        },
        subscribe: (listener) => {
          this.#watching.add(listener);
          return () => this.#watching.delete(listener);
        },
        onOnline: (listener) => {
          this.#connected.add(listener);
          return () => this.#connected.delete(listener);
        },
        tell: say('view') as never,
        end: say('end') as never,
        fail: ((of: number, reason: string) => {
          this.told.push({ t: 'fail', of: reason, version: of });
          return Promise.resolve();
        }) as never,
      },
      clock: this.clock,
      player: this.player,
      page: this.page,
      load: (one) => {
        this.loads.push(one?.id ?? null);
        const give = () => {
          if (one !== null) this.player.source((one.duration ?? 60_000) / 1_000 - this.shorter);
          const { fault } = this;
          if (one !== null && fault !== null) world.after(fault.after, () => this.player.breaks(fault.code));
        };
        if (this.loading === null) give();
        return this.loading?.then(give);
      },
      timers: this.timers,
    });
    theatre.seats.push(this);
  }

  get listening(): number {
    return this.#watching.size + this.#connected.size + this.player.listening;
  }
  /** What was last said of this player. */
  get viewing(): unknown {
    return this.told.findLast(({ t }) => t === 'view')?.of;
  }

  /** The room's word, on its way. */
  hear(view: WatchView): void {
    this.#lastAt = Math.max(this.#lastAt, this.#theatre.world.now + this.#way());
    this.#theatre.world.after(this.#lastAt - this.#theatre.world.now, () => {
      this.#view = view;
      for (const listener of [...this.#watching]) listener();
    });
  }
  reconnect(): void {
    for (const listener of [...this.#connected]) listener({ status: 'online' });
  }

  #way(): number {
    // Most take about as long as they need; a few are held up.
    return this.#place.latency + this.#place.jitter * this.#random() ** 3;
  }
  #ask(): Promise<unknown> {
    this.questions += 1;
    const { world } = this.#theatre;
    if (!this.isOnline) return Promise.reject(new Error('network'));
    if (this.refusal !== null) return Promise.reject(this.refusal);
    return new Promise((resolve) => {
      world.after(this.#way() + this.#place.uneven, () => {
        const time = Math.floor(this.#theatre.time);
        world.after(this.#way(), () => resolve({ status: 'done', result: { time } }));
      });
    });
  }
}

import { ConnectResponseSchema, type InboxReadyFrame, InboxReadyFrameSchema } from '../protocol/inbox.ts';
import type { CommandType } from '../protocol/registry.ts';
import { keeperOf, type LoginKeeper, withAccount } from './account-option.ts';
import { command, query } from './asking.ts';
import { conforms } from './conforms.ts';
import { DeviceName } from './device.ts';
import type { Emitter } from './emitter.ts';
import { LATER_FRAMES } from './frames.ts';
import { type Call, Http, ParleyError } from './http.ts';
import type { InboxOptions, InboxView } from './inbox-view.ts';
import { INBOX_WORDS } from './inbox-words.ts';
import { Line } from './line.ts';
import { Reading } from './reading.ts';
import type { Outcome } from './receipts.ts';
import type { Is } from './shape.ts';
import { applyLive, applyNumbered, fromSnapshot, resumed } from './world.ts';
import { mergeConversations, mergeHistory } from './world-direct.ts';
import type { World } from './world-state.ts';
import { viewMaker } from './world-view.ts';

const FRAMES = { ...LATER_FRAMES, ready: conforms(InboxReadyFrameSchema) };

/** Conversations whose messages are asked for anew after a snapshot: those that were looked at last. */
const SHOWN = 3;

/** What goes on between one device and its person's object: tickets, and what frames mean for the view. */
export class InboxSession {
  readonly http: Http;
  readonly reading: Reading;
  readonly #options: InboxOptions;
  readonly #line: Line<World, InboxReadyFrame, InboxView>;
  readonly #device: DeviceName;
  /** Whose inbox it is, where that is known before the first frame. */
  readonly #account: string | undefined;
  readonly #unsubscribe: () => void;
  readonly #makeView = viewMaker();
  /** Accounts whose messages are looked at, the last one first. */
  #shown: readonly string[] = [];
  #isAway = false;
  /** What the socket was opened with. */
  #token = '';
  /** Whether the newest conversations are being asked for. */
  #isAsking = false;

  constructor(options: InboxOptions) {
    this.#options = options;
    const { account } = options;
    this.http = new Http(options.server, options.fetch);
    this.#device = new DeviceName(this.http.absolute('/'), options.storage, options.device);
    const keeper = keeperOf(account);
    this.#account = keeper?.current?.account.id;
    this.reading = new Reading((account, upTo) => command(this, 'direct.read', { with: account, upTo }));
    this.#line = new Line<World, InboxReadyFrame, InboxView>({
      hooks: {
        admit: () => this.#admit(),
        begin: (frame, before) =>
          frame.recovered && before !== null
            ? resumed(before, frame)
            : fromSnapshot(frame, before, this.#shown),
        begun: (frame, before) => this.#begun(frame, before),
        isResync: ({ recovered }) => !recovered,
        numbered: applyNumbered,
        live: applyLive,
        heard: () => this.#askMissing(),
        mayResume: ({ device }) => device === this.#device.id,
        self: ({ device }) => device,
        refuses: () => null,
        dropped: () => undefined,
        closed: ({ name }) => {
          this.#unsubscribe();
          if (name === 'signed_out') this.#signedOut();
          this.reading.end();
          this.#device.end();
          return [];
        },
        told: (state) => state,
        state: this.#makeView,
      },
      words: INBOX_WORDS,
      frames: FRAMES,
      // No conversation stands before the beginning.
      barrier: { t: 'direct.conversations', before: 0 },
      WebSocket: options.WebSocket,
      random: options.random,
      timing: options.timing,
    });
    this.#unsubscribe = keeper?.subscribe(() => this.#see(keeper)) ?? (() => {});
  }

  /** How this inbox was opened. */
  get options(): InboxOptions {
    return this.#options;
  }

  get emitter(): Emitter {
    return this.#line.emitter;
  }

  /** Resolves after the first `ready`. */
  open(): Promise<void> {
    return this.#line.open();
  }

  close(): void {
    this.#line.close();
  }

  get state(): InboxView {
    const { state } = this.#line;
    if (state === null) throw new Error('the inbox is not there before openInbox has resolved');
    return state;
  }

  get world(): World {
    const { view } = this.#line;
    if (view === null) throw new Error('the inbox is not there before openInbox has resolved');
    return view;
  }

  /** Takes a command; `settle` is called once. */
  give(t: CommandType, fields: object, settle: (outcome: Outcome) => void): void {
    this.#line.give(t, fields, settle);
  }

  /** Changes the world by what an answer brought. */
  change(change: (world: World) => World): void {
    this.#line.change(change);
  }

  /** Runs a request in the name of whoever's inbox it is. */
  ask<T>(ask: (bearer: string) => Promise<T>): Promise<T> {
    return withAccount(this.#options.account, (token) => {
      if (token === undefined) throw new ParleyError('login_required');
      return ask(token);
    });
  }

  json<T>(call: Call, is: Is<T>): Promise<T> {
    return this.ask((bearer) => this.http.json({ ...call, bearer }, is));
  }

  /** Nobody sits at this device, or somebody does again. */
  setAway(away: boolean): void {
    if (this.#isAway === away) return;
    this.#isAway = away;
    if (this.state.connection.status === 'online') this.#sayAway();
  }

  /** Somebody looks at the messages of a conversation. */
  show(account: string): void {
    this.#shown = [account, ...this.#shown.filter((other) => other !== account)].slice(0, SHOWN);
  }

  async #admit(): Promise<{ readonly url: string; readonly ticket: string }> {
    const { id: device } = this.#device;
    const json = device === undefined ? {} : { device };
    const connected = await this.ask((bearer) => {
      this.#token = bearer;
      return this.http.json({ path: '/me/connect', bearer, json }, conforms(ConnectResponseSchema));
    });
    this.#device.keep(connected.device);
    return connected;
  }

  #begun(frame: InboxReadyFrame, before: World | null): void {
    const { receipts } = this.#line;
    const isOther = before !== null && before.device !== frame.self.device;
    // Another device has a count of its own, so what became of what this one has sent can't be known.
    receipts.ready(
      isOther ? Math.max(frame.acked, receipts.highest) : frame.acked,
      frame.recovered && before !== null,
    );
    if (this.#isAway) this.#sayAway();
    for (const [account, { stale }] of this.#line.view?.threads ?? []) if (stale) this.#reload(account);
  }

  /** A device that connects is online until it says otherwise. Nobody waits for the answer. */
  #sayAway(): void {
    this.#line.receipts.give('presence.set', { state: this.#isAway ? 'away' : 'online' }, () => undefined);
  }

  /** Asks for the newest messages of somebody, in place of what is known. */
  #reload(account: string): void {
    query(this, 'direct.history', { with: account }, (world: World, page) =>
      mergeHistory(world, account, undefined, page),
    ).catch(() => undefined);
  }

  /** Something was told of a conversation that is not here. */
  #askMissing(): void {
    if (this.#isAsking || this.#line.view?.missing !== true) return;
    this.#isAsking = true;
    query(this, 'direct.conversations', {}, (world: World, page) =>
      mergeConversations(world, undefined, page),
    )
      .catch(() => undefined)
      .finally(() => {
        this.#isAsking = false;
      });
  }

  /** The login that opened the socket has ended, here or on another device: it is known no longer. */
  #signedOut(): void {
    keeperOf(this.#options.account)?.refused(this.#token);
  }

  /** Whoever has logged out, or in as somebody else, has no business here. */
  #see(keeper: LoginKeeper): void {
    if (keeper.current?.account.id !== this.#account) this.#line.fail(new ParleyError('login_required'));
  }
}

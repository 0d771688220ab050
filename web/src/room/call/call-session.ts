import type { Call, Devices, Taken } from '../../../../src/client/call/index.ts';
import type { RoomConnection } from '../../../../src/client/index.ts';
import type { Media } from '../../../../src/protocol/index.ts';
import { codeOf } from '../../app/errors.ts';
import { loadPart } from '../../app/load-part.ts';
import { type Held, release, takeHeld } from './held.ts';
import type { Sending } from './sending.ts';
import { keepWish, readWish, type Wish } from './wish.ts';

interface On {
  readonly at: 'on';
  /** They came by themselves, and not only because others are in the call. */
  readonly came: boolean;
  readonly call: Call;
  readonly devices: Devices;
  readonly sending: Sending;
}

/**
 * off: you take no part. coming: what is needed is being loaded. on: `call` is there, whatever may still come of your devices.
 * impossible: it could not be loaded, or this browser can't; another press tries again.
 */
export type CallPhase =
  | { readonly at: 'off' | 'coming' }
  | { readonly at: 'impossible'; readonly error: unknown }
  | On;

/** What is loaded once somebody takes part. Nobody loads it who meets without. */
type Parts = Pick<typeof import('./sending.ts'), 'openCall' | 'Sending' | 'theDevices'>;

const loadParts = (): Promise<Parts> => loadPart(() => import('./sending.ts'));

const NOTHING: Wish = { microphone: false, camera: false };

/**
 * Your part in a room's picture and sound, as the page has it: loads what is needed when it is needed, and remembers for this tab
 * what was on. Takes part by listening for as long as others are in the call.
 */
export class CallSession {
  readonly #room: RoomConnection;
  readonly #load: () => Promise<Parts>;
  readonly #listeners = new Set<() => void>();
  readonly #takenListeners = new Set<(taken: Taken) => void>();
  readonly #faultListeners = new Set<(error: unknown) => void>();
  #phase: CallPhase = { at: 'off' };
  /** What is on, or is to be. null: they take no part by themselves. left: they did, and others bring them back no more. */
  #wish: Wish | 'left' | null = null;
  #came = false;
  #stoodOn: string | null = null;
  #entering: Promise<void> | null = null;
  /** Each coming in has a number; what comes of an older one is of no matter. */
  #turn = 0;
  #stop: () => void = () => undefined;
  #stopCall: () => void = () => undefined;

  constructor(room: RoomConnection, load: () => Promise<Parts> = loadParts) {
    this.#room = room;
    this.#load = load;
  }

  get phase(): CallPhase {
    return this.#phase;
  }

  readonly subscribe = (listener: () => void): (() => void) => on(this.#listeners, listener);

  /** Called when something of yours was switched off without you. Returns a function that ends it. */
  onTaken(listener: (taken: Taken) => void): () => void {
    return on(this.#takenListeners, listener);
  }

  /** Called with why something did not come that no button was just pressed for. Returns a function that ends it. */
  onFault(listener: (error: unknown) => void): () => void {
    return on(this.#faultListeners, listener);
  }

  /** Comes in with what was wished at the door, or was on before a reload. */
  begin(): void {
    this.#stop = this.#room.subscribe(() => this.#follow());
    this.#wish = readWish(this.#meeting);
    this.#follow();
  }

  /** Takes part by listening, also where nobody else is there yet. */
  async listen(): Promise<void> {
    await this.#taken();
  }

  /** Begins a call with what is wished. */
  async start(wish: Wish): Promise<void> {
    this.#keep(wish);
    await this.#enter(wish);
  }

  /** Switches something on or off. Rejects with a DeviceError, or with what the room says to it. */
  async toggle(media: Media): Promise<void> {
    await (await this.#taken())?.sending.toggle(media);
  }

  /**
   * Is heard for as long as a key is held down. A microphone that was not opened yet is opened for it, and stays, muted. Nothing
   * happens where they are heard anyway, or are not in the call.
   */
  async talk(isDown: boolean): Promise<void> {
    if (this.#phase.at !== 'on') return;
    const { sending } = this.#phase;
    if (isDown) this.#takePart(this.#phase);
    await sending.talk(isDown);
  }

  /**
   * Switches on what a host has asked for. `answer` tells the room; before it does, the device is open, so that nobody is said to
   * be seen who is not.
   */
  async comply(media: Media, answer: () => Promise<unknown>): Promise<void> {
    await (await this.#taken())?.sending.comply(media, answer);
  }

  /** Takes part no longer; the meeting goes on in writing. */
  leave(): void {
    this.#keep('left');
    this.#close();
  }

  /** The room is left, or the page. What was on is remembered for a reload, and for the way into a breakout room and back. */
  end(): void {
    this.#stop();
    this.#close();
    const { connection, breakoutOf } = this.#room.state;
    if (connection.status === 'closed' && breakoutOf === null) keepWish(this.#meeting, null);
  }

  /** The name of a button that goes as it is pressed: its counterpart takes the focus when it is there. */
  standOn(name: string): void {
    this.#stoodOn = name;
  }

  /** That name, once. */
  takeStood(): string | null {
    const name = this.#stoodOn;
    this.#stoodOn = null;
    return name;
  }

  /** The code of the meeting, in its breakout rooms too. */
  get #meeting(): string {
    const { breakoutOf, room } = this.#room.state;
    return breakoutOf?.code ?? room.code;
  }

  #close(): void {
    this.#turn += 1;
    this.#entering = null;
    this.#stopCall();
    this.#came = false;
    if (this.#phase.at === 'on') {
      this.#phase.sending.close();
      this.#phase.call.close();
    }
    this.#show({ at: 'off' });
  }

  /** Where others speak, one hears them without having to ask for it; where nobody is left, there is nothing to hear. */
  #follow(): void {
    const { calls, self, connection } = this.#room.state;
    if (connection.status !== 'online') {
      // What did not come for want of a line is tried again with the next one.
      if (this.#phase.at === 'impossible' && codeOf(this.#phase.error) === 'network')
        this.#show({ at: 'off' });
      return;
    }
    const isCall = Array.from(calls.keys()).some((member) => member !== self.id);
    if (this.#phase.at === 'off') this.#resume(isCall);
    if (this.#phase.at !== 'on' || this.#came || isCall) return;
    // Whoever is away for a moment is still among the members.
    const { status, members } = this.#phase.call.state;
    if (status === 'in' && members.size === 0) this.#close();
  }

  #resume(isCall: boolean): void {
    const wish = this.#wish;
    if (wish === 'left' || (wish === null && !isCall)) return;
    this.#came = wish !== null;
    this.#enter(wish ?? NOTHING).catch((error) => this.#fault(error));
  }

  #enter(wish: Wish): Promise<void> {
    if (this.#phase.at === 'on') return Promise.resolve();
    if (this.#entering !== null) return this.#entering;
    const entering = this.#come(wish).finally(() => {
      if (this.#entering === entering) this.#entering = null;
    });
    this.#entering = entering;
    return entering;
  }

  /** Rejects where it is impossible; not where the call was left meanwhile. */
  async #come(wish: Wish): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const held = takeHeld();
    this.#show({ at: 'coming' });
    try {
      const parts = await this.#load();
      if (turn === this.#turn) this.#begin(parts, wish, held);
      else release(held);
    } catch (error) {
      release(held);
      if (turn !== this.#turn) return;
      this.#show({ at: 'impossible', error });
      throw error;
    }
  }

  #begin({ openCall, theDevices, Sending }: Parts, wish: Wish, held: Held): void {
    const call = openCall(this.#room);
    const devices = theDevices();
    const sending = new Sending({
      call,
      devices,
      changed: () => {
        this.#remember();
        tell(this.#listeners, undefined);
      },
      fault: (error) => this.#fault(error),
    });
    const stops = [
      call.subscribe(() => {
        this.#remember();
        this.#follow();
      }),
      call.onTaken((taken) => tell(this.#takenListeners, taken)),
    ];
    this.#stopCall = () => {
      for (const stop of stops) stop();
      this.#stopCall = () => undefined;
    };
    this.#show({ at: 'on', came: this.#came, call, devices, sending });
    void sending.come(wish, held);
  }

  /** You take part because you want to. null: the call was left while it was loaded. */
  async #taken(): Promise<On | null> {
    if (this.#wish === 'left') this.#wish = null;
    this.#came = true;
    await this.#enter(NOTHING);
    return this.#phase.at === 'on' ? this.#takePart(this.#phase) : null;
  }

  #takePart(phase: On): On {
    this.#came = true;
    if (!phase.came) this.#show({ ...phase, came: true });
    this.#remember();
    return phase;
  }

  #remember(): void {
    if (this.#phase.at !== 'on') return;
    const { call, sending } = this.#phase;
    // With the room its call ends, and all that was on: that is nobody's wish.
    const wish = this.#came && call.state.status !== 'closed' ? sending.wish : null;
    if (wish !== null) this.#keep(wish);
  }

  #keep(wish: Wish | 'left'): void {
    this.#wish = wish;
    this.#came = wish !== 'left';
    keepWish(this.#meeting, wish);
  }

  #fault(error: unknown): void {
    tell(this.#faultListeners, error);
  }

  #show(phase: CallPhase): void {
    this.#phase = phase;
    tell(this.#listeners, undefined);
  }
}

function on<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell<T>(listeners: ReadonlySet<(value: T) => void>, value: T): void {
  for (const listener of Array.from(listeners)) listener(value);
}

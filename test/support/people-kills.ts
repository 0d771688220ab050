import { expect } from 'vitest';
import { Accounts, type Inbox, openInbox } from '../../src/client/index.ts';
import type { DirectMessage } from '../../src/protocol/index.ts';
import { sleep, until } from './talker.ts';

/** A server that can be killed and started again on what it left behind. */
export interface Mortal {
  url(): string;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

const PASSWORD = 'thirty grey pigeons';
const PEOPLE = ['ada', 'ben', 'cleo'] as const;
/** ms from a start; only to end a test in which somebody can't come back. */
const BACK_WITHIN = 60_000;
/** Messages that a device may have under way at a time, and ms: the longest pause between two of them. */
const WINDOW = 3;
const PAUSE = 250;

/** One device of somebody's: what it wrote, what it was told, and how often. */
class Device {
  readonly name: string;
  readonly owner: string;
  readonly inbox: Inbox;
  /** Texts in the order of sending, by the short name of whom they are for. */
  readonly said = new Map<string, string[]>();
  /** Texts whose receipt has come. */
  readonly receipts = new Set<string>();
  /** Texts that were told as sent, with how often. */
  readonly told = new Map<string, number>();
  resyncs = 0;
  refused = 0;

  constructor(name: string, owner: string, inbox: Inbox) {
    this.name = name;
    this.owner = owner;
    this.inbox = inbox;
    inbox.on('direct.sent', ({ body }) => {
      const text = body.kind === 'text' ? body.text : body.kind;
      this.told.set(text, (this.told.get(text) ?? 0) + 1);
    });
    inbox.on('resync', () => {
      this.resyncs += 1;
    });
  }

  get isBack(): boolean {
    return this.inbox.state.connection.status === 'online';
  }

  say(to: string, account: string, text: string): void {
    this.said.set(to, [...(this.said.get(to) ?? []), text]);
    this.inbox.send(account, text).then(
      () => this.receipts.add(text),
      () => {
        this.refused += 1;
      },
    );
  }
}

/** What came of it, for a page. */
export interface Outlived {
  readonly messages: number;
  /** Messages with a receipt before the last kill. */
  readonly receipts: number;
  readonly resyncs: number;
  /** ms from each start until all devices were back. */
  readonly backAfter: readonly number[];
}

const textOf = ({ body }: DirectMessage): string => (body.kind === 'text' ? body.text : body.kind);

/** Three people who are contacts of each other, each with two devices, who write to each other all the time. */
class Friends {
  readonly devices: Device[] = [];
  readonly accounts = new Map<string, string>();
  readonly #mortal: Mortal;
  readonly #random: () => number;
  readonly #logins = new Map<string, Accounts>();
  #isTalking = false;
  #talk: Promise<unknown> = Promise.resolve();

  constructor(mortal: Mortal, random: () => number) {
    this.#mortal = mortal;
    this.#random = random;
  }

  /** A server that is started again may have another port; to clients it is one address. */
  readonly #viaProxy: typeof fetch = (input, init) => {
    const { pathname, search } = new URL(String(input));
    return fetch(this.#mortal.url() + pathname + search, init);
  };

  async open(name: string): Promise<Inbox> {
    const account = this.#logins.get(name);
    if (account === undefined) throw new Error(`nobody is called ${name}`);
    const timing = { firstWithin: 200, backoff: 100, backoffMost: 400 };
    return await openInbox({ server: 'http://parley.test', account, fetch: this.#viaProxy, timing });
  }

  async gather(): Promise<void> {
    for (const name of PEOPLE) {
      const login = new Accounts({ server: 'http://parley.test', fetch: this.#viaProxy });
      const { id } = await login.register({ userName: name, password: PASSWORD });
      this.#logins.set(name, login);
      this.accounts.set(name, id);
      for (const device of ['1', '2'])
        this.devices.push(new Device(`${name}${device}`, name, await this.open(name)));
    }
    for (const [asks, says] of [
      ['ada', 'ben'],
      ['ada', 'cleo'],
      ['ben', 'cleo'],
    ] as const) {
      await this.#of(asks).ask({ userName: says });
      await until(`${asks} asks ${says}`, () => this.#of(says).state.asking.length === 1);
      await this.#of(says).accept(this.idOf(asks));
    }
    const areFriends = () =>
      this.devices.every(({ inbox }) => inbox.state.contacts.length === PEOPLE.length - 1);
    await until('all are contacts', areFriends);
  }

  idOf(name: string): string {
    return this.accounts.get(name) ?? expect.unreachable(`nobody is called ${name}`);
  }
  #of(name: string): Inbox {
    const found = this.devices.find(({ owner }) => owner === name);
    return found?.inbox ?? expect.unreachable(`${name} has no device`);
  }

  get receipts(): number {
    return this.devices.reduce((sum, { receipts }) => sum + receipts.size, 0);
  }
  get resyncs(): number {
    return this.devices.reduce((sum, { resyncs }) => sum + resyncs, 0);
  }

  back(): Promise<void> {
    return until('all are back', () => this.devices.every(({ isBack }) => isBack), BACK_WITHIN);
  }

  begin(): void {
    this.#isTalking = true;
    this.#talk = Promise.all(this.devices.map((device) => this.#chat(device)));
  }

  async #chat(device: Device): Promise<void> {
    const others = PEOPLE.filter((name) => name !== device.owner);
    for (let count = 0; this.#isTalking; count += 1) {
      await sleep(this.#random() * PAUSE);
      while (this.#isTalking && device.inbox.state.pending.length >= WINDOW) await sleep(5);
      if (!this.#isTalking) return;
      const to = others[Math.floor(this.#random() * others.length)] ?? others[0] ?? '';
      device.say(to, this.idOf(to), `${device.name}/${to}/${count}`);
    }
  }

  /** Ends the talk, and waits until every message has its receipt and is on every device. */
  async rest(): Promise<void> {
    this.#isTalking = false;
    await this.#talk;
    await this.back();
    const isSettled = () => this.devices.every(({ inbox }) => inbox.state.pending.length === 0);
    await until('all have their receipts', isSettled, BACK_WITHIN);
    const all = (device: Device) =>
      this.devices.flatMap(({ owner, said }) =>
        owner === device.owner ? Array.from(said.values()).flat() : (said.get(device.owner) ?? []),
      ).length;
    const shown = ({ inbox }: Device) =>
      Array.from(inbox.state.messages.values()).reduce((sum, { messages }) => sum + messages.length, 0);
    const isThere = () => this.devices.every((device) => shown(device) >= all(device));
    // Where that never happens, the judge tells what is missing.
    await until('all messages are on all devices', isThere, 20_000).catch(() => {});
  }

  /** What one of the two wrote, as one device shows their conversation. */
  #written(messages: readonly DirectMessage[], author: string): string[] {
    return messages.filter(({ from }) => from === this.idOf(author)).map(textOf);
  }

  /** All messages of a conversation, as the log has them. */
  async #logOf(name: string, other: string): Promise<readonly DirectMessage[]> {
    const inbox = await this.open(name);
    const account = this.idOf(other);
    for (let next: number | null = 1; next !== null; ) ({ next } = await inbox.history(account));
    const messages = inbox.state.messages.get(account)?.messages ?? [];
    inbox.close();
    return messages;
  }

  /** Every message once, in the order of its device, in both logs and on every device; and nothing else. */
  async judge(): Promise<void> {
    for (const device of this.devices) {
      expect(device.refused, `${device.name}: refused`).toBe(0);
      for (const [text, times] of device.told) expect(times, `${device.name} was told ${text}`).toBe(1);
      const said = Array.from(device.said.values()).flat();
      expect(device.receipts, `${device.name}: receipts`).toEqual(new Set(said));
    }
    for (const name of PEOPLE) {
      for (const other of PEOPLE) {
        if (name === other) continue;
        const log = await this.#logOf(name, other);
        const numbers = log.filter(({ from }) => from === this.idOf(name)).map(({ number }) => number);
        expect(numbers, `${name} to ${other}: numbers`).toEqual(numbers.map((_, index) => index + 1));
        const written = this.#written(log, name);
        const said = this.devices
          .filter(({ owner }) => owner === name)
          .map((device) => [device.name, device.said.get(other) ?? []] as const);
        for (const [by, texts] of said) {
          const kept = written.filter((text) => text.startsWith(`${by}/`));
          expect(kept, `what ${by} wrote to ${other}, in the log of ${name}`).toEqual(texts);
        }
        expect(written.length).toBe(said.reduce((sum, [, texts]) => sum + texts.length, 0));
        const there = this.#written(await this.#logOf(other, name), name);
        expect(there, `what ${name} wrote, in the log of ${other}`).toEqual(written);
        for (const device of this.devices) {
          if (device.owner !== name && device.owner !== other) continue;
          const partner = device.owner === name ? other : name;
          const thread = device.inbox.state.messages.get(this.idOf(partner))?.messages ?? [];
          const shown = this.#written(thread, name);
          expect(shown, `what ${name} wrote to ${other}, on ${device.name}`).toEqual(written);
        }
      }
    }
  }

  stop(): void {
    this.#isTalking = false;
    for (const { inbox } of this.devices) inbox.close();
  }
}

/** Kills the server again and again while three people write to each other on two devices each. */
export async function outlivePeople(mortal: Mortal, kills: number, random: () => number): Promise<Outlived> {
  const friends = new Friends(mortal, random);
  try {
    await friends.gather();
    friends.begin();
    const backAfter: number[] = [];
    let startedAt: number | null = null;
    let receipts = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      // In the middle of the talk, or of their coming back.
      if (kill % 3 !== 2) {
        await friends.back();
        if (startedAt !== null) backAfter.push(performance.now() - startedAt);
        await sleep(random() * 800);
      } else await sleep(random() * 400);
      receipts = friends.receipts;
      await mortal.kill();
      await mortal.restart();
      startedAt = performance.now();
    }
    await friends.back();
    await sleep(500);
    await friends.rest();
    await friends.judge();
    const { resyncs } = friends;
    const messages = friends.devices.reduce(
      (sum, { said }) => sum + Array.from(said.values()).flat().length,
      0,
    );
    return { messages, receipts, resyncs, backAfter };
  } finally {
    friends.stop();
  }
}

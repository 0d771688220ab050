import type { Carried } from '../../../src/engine/dispatcher.ts';
import type { CommandInput, Conversation, DirectMessage, Outcome } from '../../../src/protocol/index.ts';
import { conversationPage, historyPage } from '../../../src/user-object/direct-pages.ts';
import { accountId, type Inbox, type Told, type World } from './harness.ts';

type With<T, Field extends string> = Omit<T, 't' | Field>;

const bodyOf = (text: string) => ({ kind: 'text', text }) as const;

/** Several people who write to each other, by their short names; each acts by the device of their own name. */
export class Talk {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  send(
    from: string,
    to: string,
    text: string,
    more: With<CommandInput<'direct.send'>, 'to' | 'body'> & { readonly n?: number } = {},
  ): Outcome<Carried> {
    const command = { t: 'direct.send', to: accountId(to), body: bodyOf(text), ...more } as const;
    return this.#of(from).command(from, command);
  }
  edit(from: string, to: string, message: number, text: string): Outcome<Carried> {
    const command = { t: 'direct.edit', with: accountId(to), message, body: bodyOf(text) } as const;
    return this.#of(from).command(from, command);
  }
  remove(from: string, to: string, message: number): Outcome<Carried> {
    return this.#of(from).command(from, { t: 'direct.delete', with: accountId(to), message });
  }
  read(by: string, other: string, upTo: number): Outcome<Carried> {
    return this.#of(by).command(by, { t: 'direct.read', with: accountId(other), upTo });
  }

  /** Carries everything, and commits at everybody. Answers what each of these was told since the last time. */
  settle(...names: readonly string[]): Told[][] {
    this.world.carry();
    return names.map((name) => this.#of(name).take().told);
  }

  /** The newest page of what they say to each other, as one of them has it. */
  history(by: string, other: string, before: number | null = null, limit = 100) {
    const { state, view } = this.#of(by);
    return historyPage(state, view, accountId(other), before, limit);
  }
  /** The texts of all messages, as one of them has them; of what is deleted its kind. */
  texts(by: string, other: string): string[] {
    return this.history(by, other).events.map(({ body }) => (body.kind === 'text' ? body.text : body.kind));
  }
  /** All messages, the pages put together again. */
  all(by: string, other: string, limit: number): DirectMessage[] {
    const events: DirectMessage[] = [];
    for (let before: number | null = null; ; ) {
      const page = this.history(by, other, before, limit);
      events.unshift(...page.events);
      if (page.next === null) return events;
      before = page.next;
    }
  }
  conversation(by: string, other: string): Conversation | undefined {
    const { state, view } = this.#of(by);
    return conversationPage(state, view, null).conversations.find(
      ({ with: { id } }) => id === accountId(other),
    );
  }

  /** Everything that is kept anywhere in somebody's object, as one text. */
  kept(name: string): string {
    const inbox = this.#of(name);
    inbox.take();
    return JSON.stringify([inbox.disk.segments, inbox.everything()]);
  }

  #of(name: string): Inbox {
    return this.world.of(name);
  }
}

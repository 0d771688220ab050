// Whatever two people write, edit, delete and read, and however often the client drops, resumes or gets a snapshot: it
// shows what stands in the log, each message once, in order, as it reads now, and counts right.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyNumbered, fromSnapshot, resumed as resumedWorld } from '../../../src/client/world.ts';
import { mergeConversations, mergeHistory } from '../../../src/client/world-direct.ts';
import type { World } from '../../../src/client/world-state.ts';
import type { Conversation, DirectMessage, InboxReadyFrame } from '../../../src/protocol/index.ts';
import { ADA, BEN, CLEO, ready, resumed, snapshot } from './fake-inbox.ts';

const OTHERS = [BEN, CLEO];
type Logged = { readonly seq: number; readonly t: string; readonly [field: string]: unknown };

/** What the server keeps for Ada, in the plainest way. */
class Log {
  seq = 10;
  readonly #events: Logged[] = [];
  readonly #messages: DirectMessage[] = [];
  readonly #marks = new Map<string, { read: number; delivered: number; seen: number }>();

  #marksOf(account: string) {
    const marks = this.#marks.get(account) ?? { read: 0, delivered: 0, seen: 0 };
    this.#marks.set(account, marks);
    return marks;
  }
  #with(account: string): DirectMessage[] {
    return this.#messages.filter((message) => message.with === account);
  }
  #tell(t: string, fields: object): void {
    this.seq += 1;
    this.#events.push({ seq: this.seq, t, at: this.seq, ...fields });
  }
  unread(account: string): number {
    const { read } = this.#marksOf(account);
    return this.#with(account).filter(
      ({ from, number, body }) => from === account && number > read && body.kind !== 'deleted',
    ).length;
  }

  send(account: string, from: string): void {
    const all = this.#with(account);
    const prev = all.at(-1)?.seq ?? null;
    const number = all.filter((message) => message.from === from).length + 1;
    const person = OTHERS.find(({ id }) => id === account);
    const fields = {
      with: account,
      from,
      number,
      body: { kind: 'text' as const, text: `${number}` },
      sentAt: 1,
      prev,
      ...(prev === null && person !== undefined ? { person } : {}),
    };
    this.#tell('direct.sent', fields);
    this.#messages.push({ seq: this.seq, t: 'direct.sent', at: this.seq, ...fields });
  }
  /** Changes a message, and tells of it. */
  #change(account: string, pick: number, t: string, change: Partial<DirectMessage>): void {
    const alive = this.#with(account).filter(({ body }) => body.kind !== 'deleted');
    const message = alive[pick % Math.max(1, alive.length)];
    if (message === undefined) return;
    const { from, number } = message;
    this.#tell(t, { with: account, from, number, ...change });
    this.#messages[this.#messages.indexOf(message)] = { ...message, ...change };
  }
  edit(account: string, pick: number): void {
    this.#change(account, pick, 'direct.edited', {
      body: { kind: 'text', text: `edited ${this.seq}` },
      editedAt: this.seq,
    });
  }
  remove(account: string, pick: number): void {
    this.#change(account, pick, 'direct.deleted', { body: { kind: 'deleted' } });
  }
  read(account: string): void {
    const newest = this.#with(account).findLast(({ from }) => from === account)?.number ?? 0;
    const marks = this.#marksOf(account);
    if (newest <= marks.read) return;
    marks.read = newest;
    this.#tell('direct.unread', { with: account, upTo: newest, unread: this.unread(account) });
  }
  receipt(account: string, delivered: number, seen: number): void {
    const sent = this.#with(account).filter(({ from }) => from === ADA.id).length;
    const marks = this.#marksOf(account);
    marks.delivered = Math.max(marks.delivered, Math.min(sent, delivered));
    marks.seen = Math.max(marks.seen, Math.min(sent, seen));
    if (sent > 0)
      this.#tell('direct.receipt', { with: account, delivered: marks.delivered, read: marks.seen });
  }

  /** A message as it is told now: one that was deleted says nothing of its edits. */
  #now(message: DirectMessage): DirectMessage {
    if (message.body.kind !== 'deleted') return message;
    const { editedAt: _, ...rest } = message;
    return rest;
  }
  /** What came after a position, as the log tells it now: older edits have lost what they said. */
  after(position: number): Logged[] {
    return this.#events
      .filter(({ seq }) => seq > position)
      .map((event) => {
        const message = this.#messages.find(
          (one) => one.with === event.with && one.from === event.from && one.number === event.number,
        );
        if (event.t === 'direct.sent' && message !== undefined)
          return {
            ...event,
            body: message.body,
            ...(message.editedAt && message.body.kind !== 'deleted' ? { editedAt: message.editedAt } : {}),
          };
        const isOld =
          event.t === 'direct.edited' &&
          event.editedAt !== this.#now(message ?? (this.#messages[0] as DirectMessage)).editedAt;
        if (!isOld) return event;
        const { body: _, ...rest } = event;
        return rest;
      });
  }
  page(account: string, before: number | null): { events: DirectMessage[]; next: number | null } {
    const all = this.#with(account).filter(({ seq }) => before === null || seq < before);
    const events = all.slice(-3).map((message) => this.#now(message));
    return { events, next: all.length > 3 ? (events[0]?.seq ?? null) : null };
  }
  conversations(): { conversations: Conversation[]; next: null; unread: number } {
    const conversations = OTHERS.flatMap((person): Conversation[] => {
      const last = this.#with(person.id).at(-1);
      if (last === undefined) return [];
      const { person: _, ...told } = this.#now(last);
      return [{ with: person, last: told, unread: this.unread(person.id), ...this.#marksOf(person.id) }];
    });
    return { conversations, next: null, unread: OTHERS.reduce((sum, { id }) => sum + this.unread(id), 0) };
  }
  ready(): InboxReadyFrame {
    return ready({ seq: this.seq, snapshot: snapshot({ direct: this.conversations() }) });
  }
  all(account: string): DirectMessage[] {
    return this.#with(account).map((message) => this.#now(message));
  }
}

const readable = ({ seq, from, number, body, editedAt }: DirectMessage) => ({
  seq,
  from,
  number,
  body,
  editedAt,
});

function made(world: World | null): World {
  if (world === null) throw new Error('the client finds a gap where there is none');
  return world;
}

/** Brings a client up to date in one of the ways in which that happens. */
function follow(world: World, log: Log, how: 'live' | 'resume' | 'snapshot', live: readonly Logged[]): World {
  if (how === 'snapshot') {
    const fresh = made(fromSnapshot(log.ready(), world, [BEN.id]));
    const stale = Array.from(fresh.threads).filter(([, thread]) => thread.stale);
    return stale.reduce((known, [id]) => mergeHistory(known, id, undefined, log.page(id, null)), fresh);
  }
  const before = how === 'resume' ? made(resumedWorld(world, resumed(world.seq))) : world;
  const events = how === 'live' ? live : log.after(world.seq);
  const next = made(
    applyNumbered(before, 'seq', { prev: world.seq, last: log.seq, events: events as never }),
  );
  return next.missing ? mergeConversations(next, undefined, log.conversations()) : next;
}

function check(world: World, log: Log): void {
  expect(world.seq).toBe(log.seq);
  expect(world.unreadDirect).toBe(OTHERS.reduce((sum, { id }) => sum + log.unread(id), 0));
  for (const told of log.conversations().conversations) {
    const { id } = told.with;
    const { read, delivered, seen, unread } = told;
    expect(world.conversations.get(id)).toMatchObject({ with: told.with, read, delivered, seen, unread });
    const thread = world.threads.get(id);
    const shown = thread?.messages.map(readable) ?? [];
    expect(shown.length).toBeGreaterThan(0);
    expect(shown).toEqual(log.all(id).slice(-shown.length).map(readable));
    expect(thread?.stale).toBe(false);
    expect(thread?.earlier === null).toBe(shown.length === log.all(id).length);
    expect(readable(world.conversations.get(id)?.last as DirectMessage)).toEqual(shown.at(-1));
  }
}

const who = fc.constantFrom(...OTHERS.map(({ id }) => id));
const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ t: fc.constantFrom('hear' as const, 'say' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({ t: fc.constantFrom('edit' as const, 'remove' as const), who, pick: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ t: fc.constant('read' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ t: fc.constant('receipt' as const), who, a: fc.nat(9), b: fc.nat(9) }),
  },
);
const turn = fc.record({
  actions: fc.array(action, { maxLength: 8 }),
  how: fc.constantFrom('live' as const, 'resume' as const, 'snapshot' as const),
  /** Somebody scrolls back afterwards. */
  history: fc.boolean(),
});

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

function act(log: Log, one: Action): void {
  if (one.t === 'hear') log.send(one.who, one.who);
  else if (one.t === 'say') log.send(one.who, ADA.id);
  else if (one.t === 'edit') log.edit(one.who, one.pick);
  else if (one.t === 'remove') log.remove(one.who, one.pick);
  else if (one.t === 'read') log.read(one.who);
  else if (one.t === 'receipt') log.receipt(one.who, one.a, one.b);
}

describe('a world', () => {
  test('is what stands in the log, by whichever way it came', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
        const log = new Log();
        let world = made(fromSnapshot(log.ready(), null, []));
        for (const { actions, how, history } of turns) {
          const live: Logged[] = [];
          for (const one of actions) {
            const position = log.seq;
            act(log, one);
            // Told at once: as it was when it happened.
            live.push(...log.after(position));
          }
          world = follow(world, log, how, live);
          check(world, log);
          const earlier = world.threads.get(BEN.id)?.earlier ?? null;
          if (history && earlier !== null) {
            world = mergeHistory(world, BEN.id, earlier, log.page(BEN.id, earlier));
            check(world, log);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

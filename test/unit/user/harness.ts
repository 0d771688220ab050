import { dueDeadlines, effectTable } from '../../../src/engine/deadlines.ts';
import type { LinkBatch, LinkTaken } from '../../../src/platform/user-rpc.ts';
import { type Outcome, succeed } from '../../../src/protocol/index.ts';
import { linkCarried, linkGone } from '../../../src/user-object/features/links.ts';
import { LINK_EFFECT, nextBatch } from '../../../src/user-object/links.ts';
import type { UserVars } from '../../../src/user-object/settings.ts';
import { contactTable, peopleTable } from '../../../src/user-object/tables.ts';
import { Inbox, type Time } from './inbox.ts';
import { accountId } from './names.ts';

export { Inbox, type Told } from './inbox.ts';
export { accountId, cardOf, deviceId, refused } from './names.ts';

/** Several people's objects, and what they carry to each other. */
export class World {
  readonly #time: Time = { now: 1_700_000_000_000 };
  readonly #people = new Map<string, Inbox>();
  readonly #unreachable = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #vars: UserVars;

  /** These people, by their short names, each with one device of that very name connected. */
  constructor(names: readonly string[] = [], vars: UserVars = {}) {
    this.#vars = vars;
    for (const name of names) this.add(name).connect(name);
    for (const person of this.#people.values()) person.take();
  }

  get now(): number {
    return this.#time.now;
  }
  add(name: string): Inbox {
    const person = new Inbox(name, this.#vars, this.#time);
    this.#people.set(name, person);
    this.#gone.delete(name);
    return person;
  }
  of(name: string): Inbox {
    const person = this.#people.get(name);
    if (person === undefined) throw new Error(`nobody is called ${name}`);
    return person;
  }

  /** Makes each of them known to the others, as a lookup does. */
  introduce(...names: readonly string[]): void {
    for (const one of names)
      for (const other of names)
        if (one !== other) this.of(one).state.table(peopleTable).set(accountId(other), this.of(other).card);
  }
  /** Makes each of them the others' contact, without telling anybody. */
  befriend(...names: readonly string[]): void {
    this.introduce(...names);
    for (const one of names) {
      for (const other of names) {
        if (one === other) continue;
        const row = { account: accountId(other), state: 'contact', since: this.now, note: '' } as const;
        this.of(one).state.table(contactTable).set(row.account, row);
      }
    }
  }

  /** From here on nobody reaches this person's object; `reach` ends it. */
  cut(name: string): void {
    this.#unreachable.add(name);
  }
  reach(name: string): void {
    this.#unreachable.delete(name);
  }
  /** Their account is gone, and their object with it. */
  delete(name: string): void {
    this.#gone.add(name);
    this.#people.delete(name);
  }

  /** One trip from one person to another; false: the other could not be reached, and it is to be tried again. */
  carryOnce(from: string, to: string): boolean {
    const sender = this.of(from);
    const account = accountId(to);
    const effects = sender.state.table(effectTable);
    const id = `link ${account}`;
    const effect = effects.get(id);
    if (effect === undefined) return true;
    const batch = nextBatch(sender.state, `life of ${from}`, account);
    const taken = this.#hand(sender, to, batch);
    if (taken === null) {
      const attempts = effect.attempts + 1;
      effects.set(id, { ...effect, attempts, at: this.now + 2_000 * 2 ** (attempts - 1) });
      return false;
    }
    effects.delete(id);
    if ('gone' in taken) sender.perform(linkGone, { account });
    else sender.perform(linkCarried, { to: account, upTo: taken.upTo });
    return true;
  }

  /** Carries whatever waits for somebody who can be reached, and what comes of it, until nothing is left. */
  carry(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const [name, person] of this.#people) {
        for (const data of person.effectsOf(LINK_EFFECT)) {
          const to = (data as { readonly to: string }).to.slice(2).replace(/_+$/, '');
          if (this.carryOnce(name, to)) moved = true;
        }
      }
    }
  }

  /** Lets time pass for all, in seconds, and carries what comes of it; what becomes due happens at its time. */
  pass(seconds: number): void {
    const until = this.now + seconds * 1_000;
    this.carry();
    for (;;) {
      const due = Array.from(this.#people.values(), (person) => ({
        person,
        row: dueDeadlines(person.state, until)[0],
      })).filter(({ row }) => row !== undefined);
      due.sort((a, b) => (a.row?.[1].at ?? 0) - (b.row?.[1].at ?? 0));
      const [next] = due;
      if (next?.row === undefined) break;
      this.#time.now = Math.max(this.now, next.row[1].at);
      next.person.runDeadline(...next.row);
      this.carry();
    }
    this.#time.now = until;
  }

  #hand(sender: Inbox, to: string, batch: LinkBatch): LinkTaken | null {
    if (this.#unreachable.has(to)) return null;
    if (this.#gone.has(to) || !this.#people.has(to)) return { gone: true };
    const done: Outcome<LinkTaken> =
      batch.items.length === 0 ? succeed({ upTo: 0 }) : this.of(to).takeItems(sender.card, batch);
    return done.ok ? done.value : null;
  }
}

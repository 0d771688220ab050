import { effectTable } from '../../../src/engine/deadlines.ts';
import { decide, internalCommand, note } from '../../../src/engine/feature.ts';
import type { PresenceEntry } from '../../../src/platform/directory.ts';
import type { PresenceNews } from '../../../src/platform/user-rpc.ts';
import { type PresenceHost, presenceExecutors } from '../../../src/user-object/presence-calls.ts';
import { presenceOf } from '../../../src/user-object/presence-rows.ts';
import { stayBegan, stayEnded } from '../../../src/user-object/stay-rows.ts';
import { accountId, type Inbox, World } from './harness.ts';

/** People who tell each other how they are, and the directory in which that is written down. */
export class PresenceWorld extends World {
  /** What the directory holds, by account. */
  readonly rows = new Map<string, PresenceEntry>();
  /** Everything that was asked of it, in short. */
  readonly asked: string[] = [];
  /** Who was told, by the teller's name and the other's. */
  readonly told: string[] = [];
  /** People whose object never answers. */
  readonly hanging = new Set<string>();
  readonly log: unknown[] = [];
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    super();
    this.#names = names;
    for (const name of names) this.add(name);
  }

  /** What the directory shows somebody of another, in short. */
  shown(of: string, to: string): string {
    return this.newsFor(this.of(of).id, this.of(to).id)?.status ?? 'nothing';
  }

  /** The same, whole; null: nothing. */
  newsFor(of: string, viewer: string): PresenceNews | null {
    const row = this.rows.get(of);
    const looks = row?.hiddenFrom.find(({ account }) => account === viewer);
    if (looks !== undefined)
      return looks.since === null ? null : { status: 'offline', since: looks.since, at: looks.at };
    return row === undefined || row.hidden ? null : row.news;
  }

  hostOf(inbox: Inbox): PresenceHost {
    const isThere = (id: string) => {
      const row = this.rows.get(id);
      return row !== undefined && row.news.status !== 'offline' && row.until > this.now;
    };
    return {
      engine: () => inbox,
      clock: { now: () => this.now },
      log: (...line) => this.log.push(line),
      env: {
        USERS: {
          getByName: (to) => ({
            seen: (from: string, news: PresenceNews) => this.#seen(inbox.name, from, to, news),
          }),
        },
      },
      directory: {
        putPresence: async (account, entry) => {
          this.asked.push(`${inbox.name} put ${entry.hidden ? 'hidden ' : ''}${entry.news.status}`);
          this.rows.set(account, entry);
        },
        presenceOf: async (viewer, ids) => {
          this.asked.push(`${inbox.name} read ${ids.length}`);
          return ids.flatMap((account) => {
            const news = this.newsFor(account, viewer);
            return news === null ? [] : [{ account, news }];
          });
        },
        there: async (ids) => ids.filter(isThere),
      },
    };
  }

  /** Carries out one effect of presence; what was drafted anew meanwhile stays. */
  async carryOut(inbox: Inbox, id: string): Promise<void> {
    const effects = inbox.state.table(effectTable);
    const effect = effects.get(id);
    const execute = effect === undefined ? undefined : presenceExecutors(this.hostOf(inbox))[effect.kind];
    if (effect === undefined || execute === undefined) return;
    await execute(effect.data, id, 0);
    if (effects.get(id) === effect) effects.delete(id);
  }

  /** Carries out everything that presence has to do, and what comes of it. */
  async rest(): Promise<void> {
    for (let moved = true; moved; ) {
      moved = false;
      this.carry();
      for (const name of this.#names) {
        const inbox = this.of(name);
        for (const [id, { kind }] of Array.from(inbox.state.table(effectTable).entries())) {
          if (!kind.startsWith('presence.')) continue;
          moved = true;
          await this.carryOut(inbox, id);
        }
      }
    }
  }

  async #seen(teller: string, from: string, to: string, news: PresenceNews): Promise<void> {
    const name = to.slice(2).replace(/_+$/, '');
    if (this.hanging.has(name)) return new Promise(() => {});
    this.told.push(`${teller} ${name} ${news.status}`);
    this.of(name).performNamed('presence.seen', { from, news });
  }
}

export const ADA = accountId('ada');
export const BOB = accountId('bob');
export const HALF_A_DAY = 43_200;

const begin = internalCommand<{ readonly code: string }>('test.begin', ({ fields: { code }, now }) =>
  decide({ events: [note(stayBegan, { code, name: 'Physics', since: now })] }),
);
const end = internalCommand<{ readonly code: string }>('test.end', ({ fields: { code } }) =>
  decide({ events: [note(stayEnded, { code })] }),
);
export const meet = (who: Inbox, code = 'abc-defg-hij'): void => void who.perform(begin, { code });
export const part = (who: Inbox, code = 'abc-defg-hij'): void => void who.perform(end, { code });
export const sit = (who: Inbox, device: string, state: 'online' | 'away') =>
  who.command(device, { t: 'presence.set', state });

export let world: PresenceWorld;
export let ada: Inbox;
export let bob: Inbox;

/** Ada and Bob, who are contacts, and Eve. */
export function newWorld(): void {
  world = new PresenceWorld(['ada', 'bob', 'eve']);
  world.befriend('ada', 'bob');
  ada = world.of('ada');
  bob = world.of('bob');
}

/** What a person's devices were told of others, in short. */
export const heard = (who: Inbox): string[] =>
  who
    .take()
    .told.filter(({ t }) => t === 'presence.changed')
    .map(({ account, status }) => `${String(account).slice(2).replace(/_+$/, '')} ${status}`);
/** How bob sees ada now. */
export const seen = (by = bob, of = ADA) => by.state.latest('presence.changed', of)?.fields;
export const status = (who = ada) => presenceOf(who.state).status;
/** What ada wrote down, in order. */
export const written = (who = 'ada') => world.asked.filter((line) => line.startsWith(`${who} put`));

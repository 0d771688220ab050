import type { Engine } from '../engine/engine.ts';
import type { Executor } from '../engine/outbox.ts';
import type { StateView } from '../engine/state.ts';
import type { Directory } from '../platform/directory.ts';
import { within } from '../platform/patience.ts';
import type { PresenceNews, UserNamespace } from '../platform/user-rpc.ts';
import { contactsOf } from './contact-rows.ts';
import { presenceFound } from './features/presence.ts';
import type { Host, PeerStub } from './host.ts';
import { isFresh, looksTable, newsOf, nothingToSee, PRESENCE_EFFECTS, presenceOf } from './presence-rows.ts';
import { isBlocked, isContact, theSelf } from './tables.ts';

/** Calls to others at a time. */
const AT_ONCE = 100;
/** ms that one of them may take: nobody waits for somebody else's object. */
const CALL_WITHIN = 2_000;
/** ms after which no more are begun: an effect has its own limit, and whoever is not told asks the directory some day. */
const TELL_WITHIN = 7_000;

/** The part of an object, and of what it can reach, that presence needs. */
export interface PresenceHost extends Pick<Host, 'clock' | 'log'> {
  readonly engine: () => Pick<Engine, 'state' | 'performAsSystem'> | null;
  readonly env: { readonly USERS?: UserNamespace<Pick<PeerStub, 'seen'>> };
  readonly directory: Pick<Directory, 'putPresence' | 'presenceOf' | 'there'> | null;
}

/** The same, where all of it is there. */
interface Around {
  readonly engine: NonNullable<ReturnType<PresenceHost['engine']>>;
  readonly directory: NonNullable<PresenceHost['directory']>;
  readonly peer: (account: string) => Pick<PeerStub, 'seen'>;
}

function around(host: PresenceHost): Around {
  const engine = host.engine();
  const { directory, env } = host;
  const users = env.USERS;
  if (engine === null || directory === null || users === undefined) throw new Error('nobody can be reached');
  return { engine, directory, peer: (account) => users.getByName(account) };
}

/** Tells each of these, nobody waiting for another. Answers how many could not be told. */
async function tellAll(
  { engine, peer }: Around,
  accounts: readonly string[],
  news: PresenceNews,
  now: () => number,
): Promise<number> {
  const me = theSelf(engine.state).id;
  const began = now();
  const waiting = accounts.values();
  let told = 0;
  const tellNext = async (): Promise<void> => {
    for (const account of waiting) {
      if (now() - began > TELL_WITHIN) return;
      const isTold = await within(peer(account).seen(me, news), CALL_WITHIN).then(
        () => true,
        () => false,
      );
      if (isTold) told += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, accounts.length) }, tellNext));
  return accounts.length - told;
}

/** Writes into the directory how this person is. */
async function write({ engine: { state }, directory }: Around): Promise<void> {
  const row = presenceOf(state);
  await directory.putPresence(theSelf(state).id, {
    news: newsOf(row),
    until: row.until,
    hidden: !row.visible,
    hiddenFrom: Array.from(state.table(looksTable).values()),
  });
}

/** Contacts who may be told, and heard. */
const openContacts = ({ engine: { state } }: Around): string[] =>
  contactsOf(state).filter((account) => !isBlocked(state, account));

/** Asks the directory how these contacts are, and tells the devices what they don't know yet. */
async function read({ engine, directory }: Around, asked: readonly string[], all: boolean, now: number) {
  const found = await directory.presenceOf(theSelf(engine.state).id, asked, now);
  engine.performAsSystem(presenceFound, { asked, found, all });
}

/**
 * Reads what may be stale. Behind a write: from then on whatever changes is told to this object. Whoever is not here has
 * nobody to see it.
 */
async function catchUp(world: Around, now: number): Promise<void> {
  const { state } = world.engine;
  if (!isFresh(state) && presenceOf(state).status !== 'offline')
    await read(world, openContacts(world), true, now);
}

/** Tells the contacts who are there. */
async function tellContacts(world: Around, { clock, log }: PresenceHost): Promise<void> {
  const there = await world.directory.there(openContacts(world), clock.now());
  const row = presenceOf(world.engine.state);
  const news = row.visible ? newsOf(row) : nothingToSee(row);
  const missed = await tellAll(world, there, news, () => clock.now());
  if (missed > 0) log('warn', 'presence.untold', { missed, of: there.length });
}

/** What somebody is told: whom this person has blocked, that they have gone, or had not come. */
function newsFor(state: StateView, account: string): PresenceNews {
  const row = presenceOf(state);
  const looks = state.table(looksTable).get(account);
  if (looks !== undefined) return { ...nothingToSee(row), since: looks.since };
  return row.visible ? newsOf(row) : nothingToSee(row);
}

/** Tells one contact how this person is, and asks how they are. */
async function meet(world: Around, account: string, { clock }: PresenceHost): Promise<void> {
  const { state } = world.engine;
  if (!isContact(state, account)) return;
  const there = await world.directory.there([account], clock.now());
  await Promise.all([
    tellAll(world, there, newsFor(state, account), () => clock.now()),
    !isBlocked(state, account) ? read(world, [account], false, clock.now()) : undefined,
  ]);
}

/** What the effects of presence do. */
export const presenceExecutors = (host: PresenceHost): Readonly<Record<string, Executor>> => ({
  [PRESENCE_EFFECTS.write]: async () => {
    const world = around(host);
    await write(world);
    await catchUp(world, host.clock.now());
  },
  [PRESENCE_EFFECTS.tell]: async () => {
    const world = around(host);
    await write(world);
    await Promise.all([catchUp(world, host.clock.now()), tellContacts(world, host)]);
  },
  [PRESENCE_EFFECTS.read]: async () => {
    const world = around(host);
    await read(world, openContacts(world), true, host.clock.now());
  },
  [PRESENCE_EFFECTS.meet]: (data) => {
    const { account } = data as { readonly account: string };
    return meet(around(host), account, host);
  },
});

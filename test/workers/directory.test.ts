import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { EVERYBODYS_CODE } from '../../src/platform/codes.ts';
import { createDirectory, forgetDeleted } from '../../src/platform/d1-directory.ts';
import type { PresenceEntry, Sight } from '../../src/platform/directory.ts';
import type { PresenceNews } from '../../src/platform/user-rpc.ts';
import { emptyTables, PASSWORD, rowsOf, serveAccounts } from './support/account-server.ts';

const directory = createDirectory(env.ACCOUNTS);
const NOW = 1_800_000_000_000;
const LATER = NOW + 1_000_000;

const idOf = (name: string, kind = 'a'): string => `${kind}_${name.padEnd(22, '_')}`;
const PUT = `INSERT INTO accounts (id, user_name, name, avatar, password, created_at)
  VALUES (?1, ?2, ?3, NULL, 'none', 0)`;
const account = (userName: string, name = userName) =>
  env.ACCOUNTS.prepare(PUT).bind(idOf(userName), userName, name);
const accounts = async (...names: readonly (string | readonly [string, string])[]) => {
  await env.ACCOUNTS.batch(
    names.map((name) => (typeof name === 'string' ? account(name) : account(...name))),
  );
};
const provided = (name: string) => ({ id: idOf(name, 'x'), userName: null, name, avatar: null });

const put = (
  name: string,
  status: PresenceNews['status'] = 'online',
  { at = NOW, since = at, ...more }: Partial<PresenceEntry & PresenceNews> = {},
) =>
  directory.putPresence(idOf(name), {
    news: { status, since, at },
    until: LATER,
    hidden: false,
    hiddenFrom: [],
    ...more,
  });

const sightOf = (name: string, more: Partial<Sight> = {}): Sight => ({
  viewer: idOf(name),
  everybody: false,
  contacts: [],
  except: [],
  ...more,
});
/** The names of all who are shown, page by page. */
async function pagesOf(sight: Sight, limit: number, now = NOW): Promise<string[][]> {
  const pages: string[][] = [];
  for (let after: string | null = null; ; ) {
    const page = await directory.online(sight, after, limit, now);
    pages.push(page.people.map(({ person }) => person.name));
    after = page.next;
    if (after === null) return pages;
  }
}

beforeEach(emptyTables);

describe('the directory finds', () => {
  test('people by id, of both kinds, and leaves out who does not exist', async () => {
    await accounts('ada', 'ben');
    await directory.putProviderPerson(provided('Cleo'));
    const found = await directory.people([idOf('ada'), idOf('Cleo', 'x'), idOf('nobody')]);
    expect(found.map(({ name }) => name).sort()).toEqual(['Cleo', 'ada']);
    expect(found).toContainEqual({ id: idOf('Cleo', 'x'), userName: null, name: 'Cleo', avatar: null });
    expect(await directory.people([])).toEqual([]);
  });

  test('more people at once than D1 binds values', async () => {
    const names = Array.from({ length: 250 }, (_, number) => `person${number}`);
    await accounts(...names);
    expect(await directory.people(names.map((name) => idOf(name)))).toHaveLength(250);
  });

  test('somebody by their whole user name, whatever its capitals', async () => {
    await accounts(['Ada', 'Ada Lovelace']);
    expect(await directory.byUserName('aDA')).toEqual({
      id: idOf('Ada'),
      userName: 'Ada',
      name: 'Ada Lovelace',
      avatar: null,
    });
    expect(await directory.byUserName('ad')).toBeNull();
    expect(await directory.byUserName("ada' OR '1'='1")).toBeNull();
  });

  test('by a beginning of user name or name, in order, each once, at most so many', async () => {
    await accounts(['zoe', 'Adam West'], ['adamo', 'Adamo'], ['beth', 'Beth'], ['ADELE', 'Singer']);
    await directory.putProviderPerson(provided('Ada of elsewhere'));
    const names = async (beginning: string, limit = 20) =>
      (await directory.search(beginning, limit)).map(({ userName, name }) => userName ?? name);
    expect(await names('ad')).toEqual(['Ada of elsewhere', 'adamo', 'ADELE', 'zoe']);
    expect(await names('AD', 2)).toEqual(['Ada of elsewhere', 'adamo']);
    expect(await names('adam')).toEqual(['adamo', 'zoe']);
    for (const none of ['x', '%', '_d', 'ad%', '']) {
      if (none !== '') expect(await names(none), none).toEqual([]);
    }
  });

  test('a person of the provider as they are now', async () => {
    await directory.putProviderPerson(provided('Cleo'));
    await directory.putProviderPerson({ ...provided('Cleo'), name: 'Cleopatra', avatar: '/v1/avatars/1' });
    expect(await directory.people([idOf('Cleo', 'x')])).toMatchObject([
      { name: 'Cleopatra', avatar: '/v1/avatars/1' },
    ]);
  });
});

describe('presence in the directory', () => {
  beforeEach(() => accounts('ada', 'ben', 'cleo', 'dan'));
  const seenBy = async (viewer: string, now = NOW) =>
    (
      await directory.presenceOf(
        idOf(viewer),
        ['ada', 'ben', 'cleo', 'dan'].map((name) => idOf(name)),
        now,
      )
    )
      .map(({ account: id, news }) => `${id.slice(2, 6).replaceAll('_', '')} ${news.status} ${news.since}`)
      .sort();

  test('is what was said last, whatever comes in late', async () => {
    await put('ada', 'online', { at: NOW });
    await put('ada', 'away', { at: NOW + 5 });
    await put('ada', 'offline', { at: NOW + 4 });
    expect(await seenBy('ben')).toEqual([`ada away ${NOW + 5}`]);
    await put('ada', 'meeting', { at: NOW + 5 });
    expect(await seenBy('ben')).toEqual([`ada meeting ${NOW + 5}`]);
  });

  test('keeps when somebody was last here, or that they do not say', async () => {
    await put('ada', 'offline', { since: NOW - 7 });
    await put('ben', 'offline', { since: null });
    expect(await seenBy('cleo')).toEqual([`ada offline ${NOW - 7}`, 'ben offline null']);
  });

  test('takes whoever has not said so again in time for gone', async () => {
    await put('ada', 'online', { at: NOW - 9, until: NOW + 1 });
    expect(await seenBy('ben', NOW)).toEqual([`ada online ${NOW - 9}`]);
    expect(await seenBy('ben', NOW + 1)).toEqual([`ada offline ${NOW - 9}`]);
    expect(await directory.there([idOf('ada')], NOW + 1)).toEqual([]);
    expect(await pagesOf(sightOf('ben', { everybody: true }), 10, NOW + 1)).toEqual([[]]);
    await directory.putEnrolled('g', [idOf('ada')]);
    expect(await directory.enrolledOnline('g', NOW)).toEqual([idOf('ada')]);
    expect(await directory.enrolledOnline('g', NOW + 1)).toEqual([]);
    // What they say after all is news even to whoever was told that they are gone.
    const [gone] = await directory.presenceOf(idOf('ben'), [idOf('ada')], NOW + 1);
    expect(gone?.news.at).toBe(NOW + 1);
  });

  test('is hidden from those it names, and from all where it says so; both are there for news of others', async () => {
    const looks = (name: string, since: number | null) => ({ account: idOf(name), since, at: NOW });
    await put('ada', 'online', { hiddenFrom: [looks('cleo', NOW - 5), looks('eve', null)] });
    await put('ben', 'online', { hidden: true, hiddenFrom: [looks('fay', NOW - 6)] });
    // Just like somebody who has gone, also when the one who blocked them shows nobody anything.
    expect(await seenBy('cleo')).toEqual([`ada offline ${NOW - 5}`]);
    expect(await seenBy('eve')).toEqual([]);
    expect((await seenBy('fay')).toSorted()).toEqual([`ada online ${NOW}`, `ben offline ${NOW - 6}`]);
    expect(await seenBy('dan')).toEqual([`ada online ${NOW}`]);
    const sees = (viewer: string) => pagesOf(sightOf(viewer, { everybody: true }), 10);
    expect([await sees('cleo'), await sees('dan')]).toEqual([[[]], [['ada']]]);
    const all = ['ada', 'ben', 'cleo'].map((name) => idOf(name));
    expect((await directory.there(all, NOW)).toSorted()).toEqual([idOf('ada'), idOf('ben')]);
  });

  test('is not kept of somebody who does not exist', async () => {
    await put('ghost');
    expect(await rowsOf('presence')).toEqual([]);
  });
});

describe('the list of those who are there', () => {
  test('is for contacts and people of shared groups, and leaves out whom the viewer has blocked', async () => {
    const names = ['ada', 'ben', 'cleo', 'dan', 'eve', 'fay'];
    await accounts(...names);
    for (const name of names) await put(name);
    await put('fay', 'offline', { at: NOW + 1 });
    const all = names.map((name) => idOf(name));
    expect(await pagesOf(sightOf('ada'), 10)).toEqual([[]]);
    expect(await pagesOf(sightOf('ada', { contacts: [idOf('ben'), idOf('fay')] }), 10)).toEqual([['ben']]);
    await directory.putEnrolled('g', [idOf('ada'), idOf('cleo')]);
    await directory.putEnrolled('h', [idOf('ben'), idOf('dan')]);
    expect(await pagesOf(sightOf('ada', { contacts: [idOf('ben')] }), 10)).toEqual([['ben', 'cleo']]);
    // Everybody's group makes nobody anybody's acquaintance; whoever has it open is told of news in it all the same.
    await directory.putEnrolled(EVERYBODYS_CODE, all);
    expect(await pagesOf(sightOf('ada', { contacts: [idOf('ben')] }), 10)).toEqual([['ben', 'cleo']]);
    expect(await directory.enrolledOnline(EVERYBODYS_CODE, NOW)).toHaveLength(5);
    const blocking = { contacts: all, everybody: true, except: [idOf('cleo'), idOf('dan')] };
    expect(await pagesOf(sightOf('ada', blocking), 10)).toEqual([['ben', 'eve']]);
  });

  test('comes in pages, by name, everybody once, whoever goes or is renamed meanwhile', async () => {
    const names = Array.from({ length: 25 }, (_, number) => `person${String(number).padStart(2, '0')}`);
    await accounts(...names.map((name, index) => [name, index % 5 === 0 ? 'Äda "same"' : name] as const));
    for (const name of names) await put(name);
    const sight = sightOf('viewer', { everybody: true });
    // The third page ends among those who have the same name.
    const pages = await pagesOf(sight, 7);
    expect(pages.map((page) => page.length)).toEqual([7, 7, 7, 4]);
    expect(pages[2]?.at(-1)).toBe(pages[3]?.[0]);
    expect(new Set(pages.flat()).size).toBe(21);
    expect(pages.flat().slice(-5)).toEqual(Array.from({ length: 5 }, () => 'Äda "same"'));
    const first = await directory.online(sight, null, 10, NOW);
    await put('person13', 'offline', { at: NOW + 1 });
    await env.ACCOUNTS.prepare('UPDATE accounts SET name = ?2 WHERE id = ?1')
      .bind(idOf('person12'), 'aaa')
      .run();
    const second = await directory.online(sight, first.next, 10, NOW);
    expect(second.people[0]?.person.name).toBe('person14');
  });

  test('takes a wrong cursor for none', async () => {
    await accounts('ada');
    await put('ada');
    const sight = sightOf('ben', { everybody: true });
    for (const cursor of ['', 'x', '%%%', btoa('[1]'), btoa('{}'), btoa('null')]) {
      expect((await directory.online(sight, cursor, 10, NOW)).people, cursor).toHaveLength(1);
    }
  });
});

describe('the index of groups', () => {
  test('takes the same twice, and more at once than D1 binds values', async () => {
    const names = Array.from({ length: 300 }, (_, number) => `p${number}`);
    await accounts(...names);
    const ids = names.map((name) => idOf(name));
    await directory.putEnrolled('g', ids);
    await directory.putEnrolled('g', ids.slice(0, 5));
    expect(await rowsOf('enrolled')).toHaveLength(300);
    await directory.dropEnrolled('g', ids.slice(0, 299));
    await put('p299');
    expect(await directory.enrolledOnline('g', NOW)).toEqual([idOf('p299')]);
    await directory.dropEnrolled('g', 'all');
    expect(await rowsOf('enrolled')).toEqual([]);
  });
});

describe('what may come late', () => {
  test('puts nobody into a group who does not exist', async () => {
    await accounts('ada');
    await directory.putProviderPerson(provided('Cleo'));
    await directory.putEnrolled('g', [idOf('ada'), idOf('ghost'), idOf('Cleo', 'x'), idOf('ghost', 'x')]);
    expect((await rowsOf('enrolled')).map(({ account: id }) => id).sort()).toEqual([
      idOf('ada'),
      idOf('Cleo', 'x'),
    ]);
  });
});

describe('logins', () => {
  test('that ended, expired or are of somebody else are no logins of an account', async () => {
    await accounts('ada', 'ben');
    const login = (id: string, of: string, expiresAt: number) =>
      env.ACCOUNTS.prepare(
        `INSERT INTO logins (id, account, token_hash, device, place, created_at, expires_at)
        VALUES (?1, ?2, ?1, '', '', 0, ?3)`,
      ).bind(id, idOf(of), expiresAt);
    await env.ACCOUNTS.batch([
      login('good', 'ada', NOW + 1),
      login('expired', 'ada', NOW),
      login('other', 'ben', LATER),
    ]);
    const asked = ['good', 'expired', 'other', 'ended'];
    const ended = await directory.endedLogins(idOf('ada'), asked, NOW);
    expect(ended.toSorted()).toEqual(['ended', 'expired', 'other']);
  });
});

describe('a farewell', () => {
  const GRACE = provided('Grace');

  test('is kept of a person of the provider who is dropped with all that is theirs', async () => {
    await accounts('ada');
    await directory.putProviderPerson(GRACE);
    const entry = { news: { status: 'online', since: NOW, at: NOW } as const, until: LATER };
    await directory.putPresence(GRACE.id, { ...entry, hidden: false, hiddenFrom: [] });
    await put('ada');
    await directory.putEnrolled('g', [GRACE.id, idOf('ada')]);
    expect(await directory.farewellOf(GRACE.id)).toBeNull();
    await directory.dropProviderPerson(GRACE.id, NOW);
    expect(await rowsOf('people')).toEqual([]);
    expect(await rowsOf('presence')).toMatchObject([{ account: idOf('ada') }]);
    expect(await rowsOf('enrolled')).toMatchObject([{ account: idOf('ada') }]);
    expect(await directory.farewellOf(GRACE.id)).toEqual({ at: NOW, isBack: false });
    await directory.putProviderPerson(GRACE);
    expect(await directory.farewellOf(GRACE.id)).toEqual({ at: NOW, isBack: true });
    await directory.dropProviderPerson(GRACE.id, NOW + 7);
    expect(await directory.farewellOf(GRACE.id)).toEqual({ at: NOW + 7, isBack: false });
  });

  test('is forgotten after three months', async () => {
    const day = 86_400_000;
    await directory.dropProviderPerson(idOf('first', 'x'), NOW);
    await directory.dropProviderPerson(idOf('second', 'x'), NOW + 90 * day);
    expect(await rowsOf('farewells')).toHaveLength(2);
    await directory.dropProviderPerson(idOf('third', 'x'), NOW + 90 * day + 1);
    expect((await rowsOf('farewells')).map(({ account: id }) => id)).toEqual([
      idOf('second', 'x'),
      idOf('third', 'x'),
    ]);
  });
});

describe('an account that is deleted', () => {
  test('leaves nothing in the directory, and one whose password was wrong loses nothing', async () => {
    const server = serveAccounts();
    const ada = await server.person('ada');
    const ben = await server.person('ben');
    for (const { account: one } of [ada, ben]) {
      const entry = {
        news: { status: 'online' as const, since: NOW, at: NOW },
        until: LATER,
        hidden: false,
        hiddenFrom: [],
      };
      await directory.putPresence(one.id, entry);
      await directory.putEnrolled('g', [one.id]);
    }
    await server.as(ada.token, 'DELETE', '/v1/me', { password: 'a wrong one' });
    // The password may turn out to be another one only where the account is deleted.
    await env.ACCOUNTS.batch(forgetDeleted(env.ACCOUNTS, ada.account.id, NOW));
    expect([await rowsOf('presence'), await rowsOf('enrolled')]).toMatchObject([
      { length: 2 },
      { length: 2 },
    ]);
    expect(await rowsOf('farewells')).toEqual([]);
    expect((await server.as(ada.token, 'DELETE', '/v1/me', { password: PASSWORD })).status).toBe(204);
    expect(await directory.farewellOf(ada.account.id)).toEqual({ at: server.time.now, isBack: false });
    const rest = [{ account: ben.account.id }];
    expect([await rowsOf('presence'), await rowsOf('enrolled')]).toMatchObject([rest, rest]);
  });
});

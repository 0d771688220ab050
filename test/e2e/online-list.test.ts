// Two hundred people with an inbox of their own, and what one of them is shown of who is here: on a server where one sees
// contacts and the people of one's groups, and then on the same one where everybody sees everybody.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { type Inbox, openInbox } from '../../src/client/index.ts';
import { launchBrowser } from './support/browser.ts';
import { until } from './support/inboxes.ts';
import { button, gone, openTab, takeFaults } from './support/page.ts';
import { register, UNLIMITED } from './support/people.ts';
import { LAPTOP, logInOn, openBrowser, tab } from './support/people-page.ts';
import { freeFixedPort, type LastingServer, startServer } from './support/server.ts';

const ISSUER = 'https://login.example.org';
const AUDIENCE = 'https://meet.example.org';
const SECRET = 'what-the-provider-and-this-server-share';

/** How many of each twenty are what to Ada. */
const KINDS = {
  contact: 3,
  grouped: 11,
  stranger: 2,
  /** They show nobody whether they are here. */
  hiddenContact: 1,
  hiddenGrouped: 1,
  /** They have blocked her. */
  blockingContact: 1,
  blockingGrouped: 1,
};
type Kind = keyof typeof KINDS;
const ROW = Object.entries(KINDS).flatMap(([kind, times]) =>
  Array.from({ length: times }, () => kind as Kind),
);

const PEOPLE = 200;
/** As many as the page asks for at a time. */
const PAGE = 100;
/** ms; all of them have to come back after a kill. */
const PATIENCE = 40_000;
/** Requests under way at a time. */
const AT_ONCE = 20;
/** What the page writes into its console while it has no server. */
const NO_SERVER = /status of (?:4\d\d|503)|ERR_|WebSocket connection to/;

const vars = {
  ...UNLIMITED,
  RATE_CONTROL: '1000/1000',
  IDENTITY_ISSUER: ISSUER,
  IDENTITY_AUDIENCE: AUDIENCE,
  IDENTITY_SECRET: SECRET,
};

interface Somebody {
  readonly name: string;
  readonly kind: Kind;
  readonly inbox: Inbox;
}

let browser: Browser | undefined;
let server: LastingServer | undefined;
const opened: Inbox[] = [];
const persistTo = mkdtempSync(join(tmpdir(), 'parley-online-'));
afterEach(async () => {
  await browser?.close();
  for (const inbox of opened) inbox.close();
  await server?.kill();
  rmSync(persistTo, { recursive: true, force: true });
  expect(takeFaults()).toEqual([]);
});

/** A token as the provider would sign it. */
const tokenOf = (subject: string, name: string): Promise<string> =>
  new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));

async function open(url: string, account: Parameters<typeof openInbox>[0]['account']): Promise<Inbox> {
  const inbox = await openInbox({ server: url, account });
  opened.push(inbox);
  return inbox;
}

async function come(url: string, index: number): Promise<Somebody> {
  const name = `Person ${String(index).padStart(3, '0')}`;
  const kind = ROW[index % ROW.length];
  if (kind === undefined) throw new Error('everybody is of some kind');
  return { name, kind, inbox: await open(url, await tokenOf(`u-${index}`, name)) };
}

/** Does it for each of them, some at a time. */
async function forEach<T>(list: Iterable<T>, run: (one: T) => Promise<unknown>): Promise<void> {
  const waiting = list[Symbol.iterator]();
  const next = async (): Promise<void> => {
    for (let one = waiting.next(); !one.done; one = waiting.next()) await run(one.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/** Makes each of them what they are to Ada. */
async function settle(people: readonly Somebody[], ada: Inbox): Promise<void> {
  const { group } = await ada.createGroup({ name: 'Everyone', joining: 'open' });
  const contacts = people.filter(({ kind }) => /contact/i.test(kind));
  await forEach(contacts, ({ inbox }) => inbox.ask(ada.state.self.id));
  await until(ada, ({ asking }) => asking.length === contacts.length);
  for (const { person } of ada.state.asking) await ada.accept(person.id);
  for (const { inbox } of contacts) await until(inbox, (state) => state.contacts.length === 1);
  await forEach(people, async ({ kind, inbox }) => {
    if (/grouped/i.test(kind)) await inbox.joinGroup(group);
    if (kind.startsWith('hidden')) await inbox.showPresence(false);
    if (kind.startsWith('blocking')) await inbox.block(ada.state.self.id);
  });
}

const namesOf = (people: readonly Somebody[], ...kinds: readonly Kind[]): string[] =>
  people.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);

/** The names that a list of the page shows, each with what stands below it. */
const rows = async (page: Page, list: string): Promise<string[]> =>
  (await page.getByRole('list', { name: list, exact: true }).getByRole('link').allInnerTexts()).map((text) =>
    text.slice(text.indexOf('Person')).replace(/\s*\n\s*/, ': '),
  );
const OTHERS = 'Others who are here';
const shows = (page: Page) => expect.poll(() => rows(page, OTHERS), { timeout: PATIENCE });

/** Goes through the pages of the list: they hold these people and nobody else, without those who are contacts. */
async function expectOthers(page: Page, visible: readonly string[], contacts: readonly string[]) {
  const sorted = visible.toSorted();
  const upTo = (count: number): string[] =>
    sorted
      .slice(0, count)
      .filter((name) => !contacts.includes(name))
      .map((name) => `${name}: here`);
  await shows(page).toEqual(upTo(PAGE));
  await button(page, 'Show more').click();
  await shows(page).toEqual(upTo(sorted.length));
  await gone(button(page, 'Show more'));
}

test('shows of two hundred people those whom one may see, page by page', { timeout: 240_000 }, async () => {
  const port = await freeFixedPort();
  server = await startServer({ persistTo, vars, port });
  const { url } = server;
  const ada = await open(url, await register(url, 'ada', 'Ada'));
  const people: Somebody[] = [];
  await forEach(
    Array.from({ length: PEOPLE }, (_, index) => index),
    async (index) => people.push(await come(url, index)),
  );
  await settle(people, ada);
  const contacts = namesOf(people, 'contact');
  const known = [...contacts, ...namesOf(people, 'grouped')];
  expect(known.length).toBeGreaterThan(PAGE);
  // Whoever asks too often is held off.
  const patiently = { timeout: PATIENCE, interval: 2_000 };
  await expect
    .poll(async () => (await ada.online((await ada.online()).next ?? '')).people.length, patiently)
    .toBe(known.length - PAGE);
  ada.close();

  browser = await launchBrowser();
  const page = await openTab(await openBrowser(browser, LAPTOP), url, NO_SERVER);
  await logInOn(page, 'ada');
  await tab(page, 'People').click();
  await expectOthers(page, known, contacts);
  const listed = async () => (await rows(page, 'People')).filter((row) => row.endsWith(': here')).toSorted();
  await expect
    .poll(listed, { timeout: PATIENCE })
    .toEqual(contacts.toSorted().map((name) => `${name}: here`));
  const unseen = namesOf(people, 'hiddenContact', 'blockingContact');
  expect(await rows(page, 'People')).toHaveLength(contacts.length + unseen.length);

  // The same people and the same page, where everybody sees everybody.
  await server.kill();
  server = await startServer({ persistTo, vars: { ...vars, PEOPLE_ACCESS: 'everybody' }, port });
  await forEach(people, ({ inbox }) => until(inbox, ({ connection }) => connection.status === 'online'));
  const everybody = [...known, ...namesOf(people, 'stranger')];
  await expect.poll(() => button(page, 'Show more').count(), { timeout: PATIENCE }).toBe(1);
  await expectOthers(page, everybody, contacts);

  // Whoever shows themself no longer is not listed when one looks again.
  const one = people.find(({ kind }) => kind === 'stranger');
  await one?.inbox.showPresence(false);
  await button(page, 'Look again').click();
  await expectOthers(
    page,
    everybody.filter((name) => name !== one?.name),
    contacts,
  );
});

// The SDK as an app developer gets it: packed, installed into an empty project, and used from there.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../scripts/support.ts';
import { createRoom, joinRoom } from '../../src/client/index.ts';
import { launchBrowser } from './support/browser.ts';
import {
  copyInto,
  loadedAtOnce,
  makeSdkProject,
  type SdkProject,
  serveFolder,
} from './support/sdk-project.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let pages: Awaited<ReturnType<typeof serveFolder>>;
let project: SdkProject;
let browser: Browser;
beforeAll(async () => {
  project = await makeSdkProject();
  pages = await serveFolder(project.folder);
  server = await startServer({ vars: { ALLOWED_ORIGINS: pages.url } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await Promise.all([server.close(), browser.close()]);
  pages.close();
  project.remove();
});

/** The examples of the page about the SDK that stand under this word. */
function examples(info: string): string {
  const page = readFileSync(`${root}docs/sdk.md`, 'utf8');
  const found = Array.from(page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)).filter(([, name]) => name === info);
  expect(found.length).toBeGreaterThan(0);
  return found
    .map(([, , code]) => code)
    .join('\n')
    .replace('http://127.0.0.1:8787', server.url);
}

const say = `
import { createRoom, joinRoom } from 'parley/client';
export const say = async (server: string): Promise<number> => {
  const { code } = await createRoom({ server, name: 'Standup' });
  const room = await joinRoom({ server, code, name: 'Ada' });
  await room.chat('Good morning');
  for await (const event of room.events('chat.sent')) if (event.t === 'chat.sent') return event.seq;
  return room.state.messages.length;
};
`;

const mount = `
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Chat } from './chat.tsx';
const code = new URLSearchParams(location.search).get('code') ?? '';
const app = createRoot(document.getElementById('app'));
Object.assign(window, { renders: 0, leave: () => app.render(null) });
app.render(<StrictMode><Chat code={code} name="Ada" /></StrictMode>);
`;

/** Somebody in a room with the component of the example, which `leave` takes away. */
const talk = `
import { useRoom } from 'parley/client/react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Meeting } from './meeting.tsx';
const query = new URLSearchParams(location.search);
const App = () => {
  const { room } = useRoom({ server: query.get('server') ?? '', code: query.get('code') ?? '', name: query.get('name') ?? '' });
  const [isIn, setIn] = useState(true);
  Object.assign(window, { leave: () => setIn(false) });
  return room && isIn && <Meeting room={room} />;
};
createRoot(document.getElementById('app')).render(<StrictMode><App /></StrictMode>);
`;

/** Everything of the hooks that the example has no use for. */
const everything = `
import { Accounts } from 'parley/client';
import { useInbox, useInboxState, useLogin, useMembers, useRoom, useRoomEvent, useRoomState, useWatch } from 'parley/client/react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
const query = new URLSearchParams(location.search);
const server = query.get('server') ?? '';
const accounts = new Accounts({ server });
const Inbox = ({ inbox }) => {
  const contacts = useInboxState(inbox, (state) => state.contacts);
  return <p>{useInboxState(inbox).self.name} has {contacts.length} contacts</p>;
};
const Room = ({ room }) => {
  const [heard, setHeard] = useState([]);
  useRoomEvent(room, 'chat.sent', ({ body }) => setHeard((before) => [...before, body.text]));
  const watch = useWatch(room);
  const members = useMembers(room);
  const names = useRoomState(room, (state) => [...state.names.values()], (one, other) => one.join() === other.join());
  globalThis.renders = (globalThis.renders ?? 0) + 1;
  return <p>{heard.join()} of {members.size}, {watch.items.length} films, {names.toSorted().join(' and ')}</p>;
};
const App = () => {
  const login = useLogin(accounts);
  const { inbox } = useInbox(login && { server, account: accounts });
  const { room } = useRoom(login && { server, account: accounts, code: query.get('code') });
  return <main>{login === null && <p>nobody</p>}{inbox && <Inbox inbox={inbox} />}{room && <Room room={room} />}</main>;
};
Object.assign(window, { accounts });
createRoot(document.getElementById('app')).render(<App />);
`;

/** A component that hears what is said the moment it is shown, and the moment after each further render. */
const quick = `
import { useRoomEvent } from 'parley/client/react';
import { useLayoutEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
const heard = [];
let say = () => heard.push('nobody listens');
const room = { on: (t, listener) => { say = listener; return () => undefined; } };
const Listener = ({ render }) => { useRoomEvent(room, 'chat.sent', () => heard.push(render)); return null; };
const App = () => {
  const [render, setRender] = useState(1);
  useLayoutEffect(() => { say(); if (render < 3) setRender(render + 1); }, [render]);
  return <Listener render={render} />;
};
createRoot(document.getElementById('app')).render(<App />);
Object.assign(window, { heard });
`;

describe('in Node', () => {
  test('the examples of its page run from the first to the last, and the program ends', async () => {
    project.write('examples.ts', examples('ts'));
    const said = await project.node('examples.ts');
    expect(said).toContain('Ada says: Good morning');
    expect(said).toContain('not_allowed unable to do this');
    expect(said).toContain('Buy milk');
    expect(said).toContain('playing function');
    expect(said).toContain('grace 0');
    expect(said).toContain('closed 12');
  });

  test('the bot greets, answers, and goes with the meeting', async () => {
    copyInto(project, 'examples/bot.ts');
    const { code, hostKey } = await createRoom({ server: server.url, name: 'Standup' });
    const host = await joinRoom({ server: server.url, code, hostKey, name: 'Host' });
    const bot = spawn(process.execPath, [join(project.folder, 'examples/bot.ts'), server.url, code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => bot.once('close', resolve));
    const texts = host.events('chat.sent');
    const next = async (): Promise<unknown> => {
      const { value } = await texts.next();
      return value?.t === 'chat.sent' && value.body.kind === 'text' ? value.body.text : value;
    };
    const greeting = next();
    await new Promise((resolve) => bot.stdout.once('data', resolve));
    await joinRoom({ server: server.url, code, name: 'Ben' });
    expect(await greeting).toBe('Welcome, Ben! Say !help to me.');
    await host.chat('!roll 1');
    expect([await next(), await next()]).toEqual(['!roll 1', 'It is a 1.']);
    await host.chat('!who');
    expect([await next(), await next()]).toEqual(['!who', 'Host, Dice, Ben']);
    await host.end();
    expect(await ended).toBe(0);
  });
});

describe('its types', () => {
  beforeAll(() => project.write('say.ts', say));

  test('need no DOM: in Node its own are enough, all libraries checked', async () => {
    expect(await project.types(['say.ts'], { lib: 'es2024', types: 'node', checkLibraries: true })).toBe('');
  });

  test('need no DOM: without any globals they still say what is wrong', async () => {
    const bare = { lib: 'es2024', types: '', checkLibraries: false };
    expect(await project.types(['say.ts'], bare)).toBe('');
    project.write('wrong.ts', say.replace("'Good morning'", '7').replace("'chat.sent')", "'chat.snet')"));
    const complaints = await project.types(['wrong.ts'], bare);
    expect(complaints).toContain("'number' is not assignable to parameter of type 'string'");
    expect(complaints).toContain('chat.snet');
  });

  test('go with those of a browser, calls and hooks included', async () => {
    project.write('call.ts', examples('ts call'));
    project.write('chat.tsx', examples('tsx'));
    project.write('meeting.tsx', examples('tsx call'));
    const files = ['say.ts', 'call.ts', 'chat.tsx', 'meeting.tsx'];
    const page = { lib: 'es2024,dom,dom.iterable', types: '', checkLibraries: true };
    expect(await project.types(files, page)).toBe('');
  });
});

describe('in a page', () => {
  let context: BrowserContext;
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => context.close());

  const open = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${pages.url}/${path}?${new URLSearchParams({ ...query, server: server.url })}`);
    return page;
  };

  test('without a framework: two people chat, and the meeting is in less than 25 KB', async () => {
    copyInto(project, 'examples/page');
    const folder = await project.bundle('examples/page/index.html');
    const [ada, ben] = [await open(`${folder}/index.html`), await open(`${folder}/index.html`)];
    await ada.getByLabel('Your name').fill('Ada');
    await ada.getByRole('button', { name: 'Join' }).click();
    const status = await ada.getByText('1 here, online').textContent();
    await ben.getByLabel('Your name').fill('Ben');
    await ben.getByLabel('Code').fill(status?.split(':')[0] ?? '');
    await ben.getByRole('button', { name: 'Join' }).click();
    await ben.getByLabel('Message').fill('Hello, Ada');
    await ben.getByRole('button', { name: 'Send' }).click();
    await ada.getByText('Ben: Hello, Ada').waitFor();
    await ben.getByText('Ben: Hello, Ada').waitFor();
    const loaded = loadedAtOnce(join(project.folder, folder));
    expect(loaded).toContain('chat.send');
    expect(gzipSync(loaded, { level: 9 }).length).toBeLessThan(25_000);
  });

  test('a wrong code is said in words', async () => {
    const folder = await project.bundle('examples/page/index.html');
    const page = await open(`${folder}/index.html`);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Code').fill('aaa-bbbb-ccc');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('alert').filter({ hasText: 'unable to find the room; check the code' }).waitFor();
  });

  /** The component of the example, on a page; `renders` counts. */
  const openReact = async (code: string): Promise<Page> => {
    const chat = examples('tsx')
      .replace('useRoom({ code, name })', `useRoom({ server: '${server.url}', code, name })`)
      .replace('const mayChat', '(globalThis as any).renders += 1;\n  const mayChat');
    project.write('chat.tsx', chat);
    project.write('hooks.tsx', mount);
    project.write('hooks.html', '<div id="app"></div><script type="module" src="./hooks.tsx"></script>');
    return open(`${await project.bundle('hooks.html')}/hooks.html`, { code });
  };

  test('with React: a component is in the room, shows what changes, and nothing more often than that', async () => {
    const { code, hostKey } = await createRoom({ server: server.url, name: 'Standup' });
    const host = await joinRoom({ server: server.url, code, hostKey, name: 'Host' });
    const page = await openReact(code);
    await page.getByRole('heading', { name: '2 here' }).waitFor();
    await host.chat('Good morning');
    // React's strict mode mounts everything twice; nobody came in twice for that.
    expect(host.state.count).toBe(2);
    await page.getByText('Good morning').waitFor();
    await page.getByRole('button', { name: 'Say hello' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Hello' }).waitFor();
    const renders = async (): Promise<number> => Number(await page.evaluate('renders'));
    const before = await renders();
    // Changes of the state that no hook has picked.
    for (const microphone of [true, false, true]) await host.setMedia({ microphone });
    await host.setPolicy({ chat: false });
    await page.getByRole('button', { name: 'Say hello', disabled: true }).waitFor();
    // One render for the button; in strict mode each is done twice.
    expect((await renders()) - before).toBeLessThanOrEqual(2);
    await page.evaluate('leave()');
    for await (const { members } of host.changes())
      if (Array.from(members.values()).some(({ name, presence }) => name === 'Ada' && presence === 'away'))
        break;
    await host.end();
  });

  test('with React: a login, its inbox and what happens in a room', async () => {
    const { code, hostKey } = await createRoom({ server: server.url, name: 'Standup' });
    const host = await joinRoom({ server: server.url, code, hostKey, name: 'Host' });
    project.write('everything.tsx', everything);
    project.write(
      'everything.html',
      '<div id="app"></div><script type="module" src="./everything.tsx"></script>',
    );
    const page = await open(`${await project.bundle('everything.html')}/everything.html`, { code });
    await page.getByText('nobody').waitFor();
    await page.evaluate(
      "accounts.register({ userName: 'lovelace', name: 'Ada', password: 'seven green bottles' })",
    );
    await page.getByText('Ada has 0 contacts').waitFor();
    await page.getByText('of 2, 0 films, Ada and Host').waitFor();
    await host.chat('one');
    await host.chat('two');
    await page.getByText('one,two of 2, 0 films').waitFor();
    const before = Number(await page.evaluate('renders'));
    // A list of names is made anew with each of these; it is the same list by what is in it.
    for (const microphone of [true, false, true]) await host.setMedia({ microphone });
    await host.chat('three');
    await page.getByText('one,two,three of 2').waitFor();
    expect(Number(await page.evaluate('renders')) - before).toBe(1);
    await page.evaluate('accounts.logOut()');
    await page.getByText('nobody').waitFor();
    expect(await page.locator('p').count()).toBe(1);
    await host.end();
  });

  test('with React: an event is heard from the moment on in which its component is shown, and by the newest render', async () => {
    project.write('quick.tsx', quick);
    project.write('quick.html', '<div id="app"></div><script type="module" src="./quick.tsx"></script>');
    const page = await open(`${await project.bundle('quick.html')}/quick.html`);
    await page.waitForFunction('globalThis.heard?.length >= 3');
    expect(await page.evaluate('heard')).toEqual([1, 2, 3]);
  });

  test('with React: a call, and who only chats loads nothing of it', async () => {
    const { code } = await createRoom({ server: server.url, name: 'Standup' });
    project.write('meeting.tsx', examples('tsx call'));
    project.write('talk.tsx', talk);
    project.write('talk.html', '<div id="app"></div><script type="module" src="./talk.tsx"></script>');
    const folder = await project.bundle('talk.html');
    await context.grantPermissions(['microphone']);
    const come = (name: string) => open(`${folder}/talk.html`, { code, name });
    const [ada, ben] = [await come('Ada'), await come('Ben')];
    await ada.getByText('Ben listens').waitFor();
    await ben.getByText('Ada listens').waitFor();
    await ada.getByRole('button', { name: 'Speak' }).click();
    await ben.getByText('Ada can be heard').waitFor();
    // A browser plays no sound on a page where nobody has pressed anything.
    await ben.getByRole('button', { name: 'Speak' }).click();
    await ada.getByText('Ben can be heard').waitFor();
    await ben.waitForFunction(() => {
      const [audio] = document.querySelectorAll('audio');
      return audio?.srcObject instanceof MediaStream && audio.currentTime > 0;
    });
    await ada.evaluate('leave()');
    await ben.getByText('Ada').waitFor({ state: 'detached' });
    // What only the code of a call says.
    const words = 'this program has no WebRTC';
    expect(loadedAtOnce(join(project.folder, folder))).toContain(words);
    project.write('chat.tsx', examples('tsx'));
    project.write('hooks.tsx', mount);
    project.write('hooks.html', '<div id="app"></div><script type="module" src="./hooks.tsx"></script>');
    const chat = loadedAtOnce(join(project.folder, await project.bundle('hooks.html')));
    expect(chat).toContain('chat.send');
    expect(chat).not.toContain(words);
  });

  test('with React: what can not be joined is said', async () => {
    const page = await openReact('aaa-bbbb-ccc');
    await page.getByRole('alert').filter({ hasText: 'unable to find the room' }).waitFor();
  });
});

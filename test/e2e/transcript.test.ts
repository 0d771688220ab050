// Holds a small meeting on a real server and compares every line of it with the transcript in docs/protocol.md.
// UPDATE_TRANSCRIPT=1 writes the page anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillBlock, readBlock } from '../../scripts/documents/blocks.ts';
import { root } from '../../scripts/support.ts';
import { PlainSocket } from './support/plain-socket.ts';
import { type Server, startServer } from './support/server.ts';

const PAGE = `${root}docs/protocol.md`;
const ORIGIN = 'https://meet.example';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Replaces what differs from run to run: ids by the order in which they appear, times and secrets by one text. */
function normalise(lines: readonly string[], code: string, origin: string): string {
  const seen = new Map<string, string>();
  const numbered = (prefix: string) => (id: string) => {
    const known = seen.get(id);
    if (known !== undefined) return known;
    const made = `${prefix}${String(seen.size + 1).padStart(22, '0')}`;
    seen.set(id, made);
    return made;
  };
  let tickets = 0;
  const ticket = new Map<string, string>();
  return lines
    .join('\n')
    .replaceAll(origin.replace('http', 'ws'), ORIGIN.replace('http', 'ws'))
    .replaceAll(origin, ORIGIN)
    .replaceAll(code, 'abc-defg-hij')
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '(member token)')
    .replace(/hk_[\w-]{43}/g, '(host key)')
    .replace(/(m_[\w-]{22})\.([\w-]{22})/g, (_, member: string, secret: string) => {
      if (!ticket.has(secret)) {
        tickets += 1;
        ticket.set(secret, `(secret ${tickets})`);
      }
      return `${member}.${ticket.get(secret)}`;
    })
    .replace(/r_[\w-]{22}/g, numbered('r_'))
    .replace(/m_[\w-]{22}/g, numbered('m_'))
    .replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '00000000-0000-4000-8000-000000000000')
    .replace(/\b1[6-9]\d{11}\b/g, '1800000000000');
}

/** Writes down what goes to and fro. */
class Scribe {
  readonly lines: string[] = [];
  readonly #people = new Map<string, { socket: PlainSocket; written: number }>();

  say(text: string): void {
    this.lines.push(...(this.lines.length === 0 ? [] : ['']), `# ${text}`);
  }

  async post(path: string, body: object, token?: string): Promise<Record<string, unknown>> {
    this.lines.push(`POST ${path}`);
    if (token !== undefined) this.lines.push(`Authorization: Bearer ${token}`);
    this.lines.push(JSON.stringify(body));
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    this.lines.push(`${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  async connect(name: string, url: string, protocols: readonly string[] = []): Promise<void> {
    this.lines.push(`${name} opens ${url}`);
    if (protocols.length > 0) this.lines.push(`Sec-WebSocket-Protocol: ${protocols.join(', ')}`);
    this.#people.set(name, { socket: await PlainSocket.open(url, protocols), written: 0 });
  }

  send(name: string, frame: object | string): void {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    this.lines.push(`${name} > ${text}`);
    this.#of(name).socket.socket.send(text);
  }

  /** Waits until each has heard so many frames more, and writes them down. */
  async hear(expected: Readonly<Record<string, number>>): Promise<readonly string[]> {
    const heard: string[] = [];
    for (const [name, count] of Object.entries(expected)) {
      const person = this.#of(name);
      await person.socket.until(person.written + count);
      const texts = person.socket.texts.slice(person.written);
      person.written += texts.length;
      heard.push(...texts);
      this.lines.push(...texts.map((text) => `${name} < ${text}`));
    }
    return heard;
  }

  drop(name: string): void {
    this.lines.push(`(${name}’s connection is lost)`);
    this.#of(name).socket.socket.close();
  }

  async closed(name: string): Promise<void> {
    const { code, reason } = await this.#of(name).socket.closed;
    this.lines.push(`${name} is closed: ${code} ${reason}`);
  }

  #of(name: string) {
    const person = this.#people.get(name);
    if (person === undefined) throw new Error(`${name} is not connected`);
    return person;
  }
}

async function holdMeeting(): Promise<{ readonly lines: readonly string[]; readonly code: string }> {
  const meeting = new Scribe();
  meeting.say('Ada makes a room.');
  const room = await meeting.post('/v1/rooms', { name: 'Standup' });
  const code = String(room.code);
  const connect = `${server.url.replace('http', 'ws')}/v1/rooms/${code}/connect`;

  meeting.say('She joins with the host key, and opens her socket with the ticket.');
  const ada = await meeting.post(`/v1/rooms/${code}/join`, { name: 'Ada', hostKey: room.hostKey });
  await meeting.connect('Ada', connect, ['parley.v1', `parley.ticket.${String(ada.ticket)}`]);
  await meeting.hear({ Ada: 1 });

  meeting.say(
    'Bob comes in by one address, as from wscat; his ready brings the token that he will need to come back.',
  );
  await meeting.connect('Bob', `${connect}?name=Bob`);
  const [ready = ''] = await meeting.hear({ Bob: 1, Ada: 1 });
  const { self, epoch, token } = JSON.parse(ready) as { self: { id: string }; epoch: string; token: string };

  meeting.say('Ada says hello. Her own copy is her receipt.');
  meeting.send('Ada', { t: 'chat.send', n: 1, body: { kind: 'text', text: 'Good morning' } });
  await meeting.hear({ Ada: 1, Bob: 1 });

  meeting.say('Bob answers her alone: both get it in their own count of private events.');
  const to = (ada.member as { id: string }).id;
  meeting.send('Bob', { t: 'chat.send', n: 1, to, body: { kind: 'text', text: 'Psst: nice hat' } });
  await meeting.hear({ Ada: 1, Bob: 1 });

  meeting.say('Bob announces his camera. That has no echo to be a receipt, so he gets ok.');
  meeting.send('Bob', { t: 'media.set', n: 2, camera: true });
  await meeting.hear({ Ada: 1, Bob: 2 });

  meeting.say('Ada locks chat and cameras for everybody. Bob’s camera goes off.');
  meeting.send('Ada', { t: 'policy.set', n: 2, policy: { chat: false, camera: false } });
  await meeting.hear({ Ada: 2, Bob: 2 });

  meeting.say('Bob tries to speak all the same, then sends nonsense.');
  meeting.send('Bob', { t: 'chat.send', n: 3, body: { kind: 'text', text: 'May I?' } });
  await meeting.hear({ Bob: 1 });
  meeting.send('Bob', 'nonsense');
  await meeting.hear({ Bob: 1 });

  meeting.say('Bob’s connection is lost, and Ada goes on talking, to all and to him.');
  meeting.drop('Bob');
  await meeting.hear({ Ada: 1 });
  meeting.send('Ada', { t: 'chat.send', n: 3, body: { kind: 'text', text: 'Bob has dropped' } });
  await meeting.hear({ Ada: 1 });
  meeting.send('Ada', { t: 'chat.send', n: 4, to: self.id, body: { kind: 'text', text: 'Come back!' } });
  await meeting.hear({ Ada: 1 });

  meeting.say('Bob comes back with his token and says where he stands. He has missed nothing.');
  const back = await meeting.post(`/v1/rooms/${code}/join`, {}, token);
  await meeting.connect('Bob', `${connect}?epoch=${epoch}&seq=5&private=1`, [
    'parley.v1',
    `parley.ticket.${String(back.ticket)}`,
  ]);
  await meeting.hear({ Bob: 3, Ada: 1 });

  meeting.say('Not sure that his message ever arrived, he sends it again under its old number.');
  meeting.send('Bob', { t: 'chat.send', n: 1, to, body: { kind: 'text', text: 'Psst: nice hat' } });
  await meeting.hear({ Bob: 1 });

  meeting.say('Ada ends the meeting.');
  meeting.send('Ada', { t: 'room.end', n: 5 });
  await meeting.hear({ Ada: 1, Bob: 1 });
  await meeting.closed('Ada');
  await meeting.closed('Bob');
  await meeting.post(`/v1/rooms/${code}/join`, { name: 'Eve' });
  return { lines: meeting.lines, code };
}

test('a meeting goes over the wire exactly as the transcript in docs/protocol.md shows it', async () => {
  const { lines, code } = await holdMeeting();
  const transcript = `\`\`\`text\n${normalise(lines, code, server.url)}\n\`\`\``;
  const page = readFileSync(PAGE, 'utf8');
  if (process.env.UPDATE_TRANSCRIPT === '1') {
    writeFileSync(PAGE, fillBlock(page, 'transcript', transcript));
    return;
  }
  expect(transcript).toBe(readBlock(page, 'transcript'));
});

// A flood: a process of its own that does one job until it is told to stop.
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, ask, mustTakeSeat, type Seat, takeSeat, times } from './entry.ts';
import type { Flood, FloodJob, FloodReport, FloodResult } from './jobs.ts';
import { connect, count, frameOf, halfFrame, RudeSocket, type Target, upgradeHead } from './wire.ts';

/** ms between two helpings of a flood of a given rate. */
const STEP = 5;
/** Frames that are written at once where there is no rate. */
const HELPING = 500;
/** Half of this is the most that a socket can make the server hold without having been a frame: one largest text. */
const LARGEST_TEXT = 65_536;
/** Below what one address may hold of a room's seats. */
const AT_THE_DOOR = 10;

/** Requests that wait for an answer. */
const MOST_UNDER_WAY = 100;

const answers = new Map<string, number>();
let sent = 0;
let isOver = false;

const chat = (n: number): Buffer =>
  frameOf(JSON.stringify({ t: 'chat.send', n, body: { kind: 'text', text: `flood ${n}` } }));

const NONSENSE: readonly Buffer[] = [
  frameOf('nonsense'),
  frameOf(''),
  frameOf('[1,2,3]'),
  frameOf('{"t":"no.such.thing","n":1}'),
  frameOf('{"t":"chat.send","n":"one","body":7}'),
  frameOf('{"t":"member.remove","n":1}'),
  frameOf(`{"t":"chat.send","body":{"kind":"text","text":"${'\\u0000'.repeat(50)}`),
  frameOf('['.repeat(200)),
  frameOf(Buffer.from([0, 255, 255, 1, 2, 3])),
  frameOf(Buffer.alloc(0)),
];
const INVALID = Buffer.concat(
  Array.from({ length: HELPING }, (_, at) => NONSENSE[at % NONSENSE.length] as Buffer),
);

/** Resolves when the socket takes more, or never will. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.once('drain', go);
    socket.once('close', go);
  });

/** Writes helpings until the flood is over or the socket is. `pace`: frames a second; null: as they are taken. */
async function pour(
  rude: RudeSocket,
  helping: (frames: number) => Buffer,
  pace: number | null,
): Promise<void> {
  const { socket } = rude;
  const start = performance.now();
  let poured = 0;
  while (!isOver && !socket.destroyed) {
    const due = pace === null ? HELPING : Math.floor(((performance.now() - start) / 1_000) * pace) - poured;
    if (due > 0) {
      poured += due;
      sent += due;
      if (!socket.write(helping(due))) await drained(socket);
    }
    // With a turn in between, so that what comes back is read.
    await (pace === null ? new Promise(setImmediate) : wait(STEP));
  }
}

function note(rude: RudeSocket): void {
  for (const [what, times] of rude.heard.frames) answers.set(what, (answers.get(what) ?? 0) + times);
  rude.heard.frames.clear();
}

/** Goes on over a socket that was closed, for as long as there is one. */
async function deaf(
  target: Target,
  name: string,
  pourInto: (rude: RudeSocket) => Promise<void>,
): Promise<void> {
  const rude = await RudeSocket.open(target, (await mustTakeSeat(target, name)).ticket);
  rude.onClosed = (code) => count(answers, `closed ${code}`);
  flowing();
  await pourInto(rude);
  note(rude);
  rude.socket.destroy();
}

/** Comes back as soon as the socket is closed, and as often as it is let in. */
async function stubborn(
  target: Target,
  name: string,
  pourInto: (rude: RudeSocket) => Promise<void>,
): Promise<void> {
  let seat: Seat | number = await mustTakeSeat(target, name);
  const { token } = seat;
  while (!isOver) {
    if (typeof seat === 'number') {
      count(answers, `HTTP ${seat}`);
      await wait(20);
    } else {
      try {
        const rude = await RudeSocket.open(target, seat.ticket);
        count(answers, 'HTTP 101');
        rude.onClosed = (code) => {
          count(answers, `closed ${code}`);
          rude.socket.destroy();
        };
        flowing();
        await pourInto(rude);
        note(rude);
        rude.socket.destroy();
      } catch (error) {
        count(answers, error instanceof Error ? error.message : String(error));
      }
    }
    seat = await takeSeat(target, { token });
  }
}

async function idle(target: Target, each: number): Promise<void> {
  const sockets: Socket[] = [];
  const keep = (socket: Socket, as: string) => {
    socket.on('error', () => socket.destroy());
    // What comes is read and thrown away.
    socket.removeAllListeners('data').resume();
    sockets.push(socket);
    sent += 1;
    count(answers, as);
  };
  const half = upgradeHead(target, 'never').slice(0, -20);
  await times(each, AT_THE_DOOR, async (at) => {
    keep(await connect(target.port), 'connected and silent');
    const stops = await connect(target.port);
    stops.write(half);
    keep(stops, 'stopped in the handshake');
    const { socket } = await RudeSocket.open(target, (await mustTakeSeat(target, `Idle ${at}`)).ticket);
    // Every other one begins to say something.
    if (at % 2 === 1) socket.write(halfFrame(LARGEST_TEXT));
    keep(socket, at % 2 === 1 ? 'half a frame' : 'joined and silent');
  });
  // Seats asked for and never taken: last, because they use up what one address may hold.
  await times(each, AT_THE_DOOR, async () => {
    const seat = await takeSeat(target, { name: 'Nobody' });
    sent += 1;
    count(answers, typeof seat === 'number' ? `seat refused ${seat}` : 'seat not taken');
  });
  flowing();
  while (!isOver) await wait(STEP);
  for (const socket of sockets) socket.destroy();
}

const letters = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(97 + Math.random() * 26)).join('');

const JSON_TYPE = { 'content-type': 'application/json' };
const UPGRADE = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13' };

/** A token that nobody signed, a code that no room has, and a ticket that nobody was given. */
const GUESSES: readonly ((target: Target) => Promise<Answer>)[] = [
  (target) => {
    const token = `eyJhbGciOiJIUzI1NiIsImtpZCI6InRlc3QifQ.${letters(60)}.${letters(43)}`;
    const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
    return ask(target, 'POST', `/v1/rooms/${target.code}/join`, headers, '{}');
  },
  (target) => {
    const code = `${letters(3)}-${letters(4)}-${letters(3)}`;
    return ask(target, 'POST', `/v1/rooms/${code}/join`, JSON_TYPE, '{"name":"Eve"}');
  },
  (target) =>
    ask(target, 'GET', `/v1/rooms/${target.code}/connect`, {
      ...UPGRADE,
      'sec-websocket-key': Buffer.from(letters(16)).toString('base64'),
      'sec-websocket-protocol': `parley.v1, parley.ticket.m_${letters(22)}.${letters(22)}`,
    }),
];

async function guess(target: Target, at: number): Promise<void> {
  try {
    const answer = await GUESSES[at % GUESSES.length]?.(target);
    const code = /"code":"(\w+)"/.exec(answer?.text ?? '')?.[1] ?? '';
    count(answers, `HTTP ${answer?.status} ${code}`.trim());
    sent += 1;
  } catch {
    count(answers, 'no answer');
  }
}

async function guesses(target: Target, perSecond: number): Promise<void> {
  flowing();
  const start = performance.now();
  const underWay = new Set<Promise<void>>();
  for (let at = 0; !isOver; await wait(STEP)) {
    const due = Math.floor(((performance.now() - start) / 1_000) * perSecond);
    for (; at < due && underWay.size < MOST_UNDER_WAY; at += 1) {
      const one = guess(target, at).finally(() => underWay.delete(one));
      underWay.add(one);
    }
  }
  await Promise.all(underWay);
}

const flowing = (): void => tell({ tell: 'flowing' });
const tell = (report: FloodReport): void => void process.send?.(report);

async function run(target: Target, flood: Flood): Promise<void> {
  switch (flood.kind) {
    case 'commands': {
      let n = 0;
      const next = () => {
        n += 1;
        return chat(n);
      };
      const helping = (frames: number) => Buffer.concat(Array.from({ length: frames }, next));
      const manner = flood.manner === 'deaf' ? deaf : stubborn;
      return manner(target, 'Flood', (rude) => pour(rude, helping, flood.perSecond));
    }
    case 'invalid': {
      const into = (rude: RudeSocket) => pour(rude, () => INVALID, null);
      await Promise.all([deaf(target, 'Deaf', into), stubborn(target, 'Stubborn', into)]);
      return;
    }
    case 'idle':
      return idle(target, flood.each);
    case 'guesses':
      return guesses(target, flood.perSecond);
    default:
      return flood satisfies never;
  }
}

process.on('message', (message: FloodJob | 'stop') => {
  if (message === 'stop') {
    isOver = true;
    return;
  }
  const start = performance.now();
  run(message.target, message.flood).then(
    () => {
      const seconds = (performance.now() - start) / 1_000;
      const result: FloodResult = { sent, seconds, answers: Object.fromEntries(answers) };
      tell({ tell: 'result', result });
    },
    (error: unknown) =>
      tell({ tell: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

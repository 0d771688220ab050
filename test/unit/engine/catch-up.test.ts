import { beforeEach, describe, expect, test } from 'vitest';
import { CatchUp } from '../../../src/engine/catch-up.ts';
import { FanOut, Head } from '../../../src/engine/fan-out.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { Meter } from '../../../src/engine/meter.ts';
import { Replay } from '../../../src/engine/replay.ts';
import { Session, Sessions } from '../../../src/engine/session.ts';
import { MemoryLog } from '../../support/memory-log.ts';

/** A socket whose buffer the test drains by hand. */
class Socket {
  readonly sent: string[] = [];
  buffered = 0;
  closed: number | null = null;
  send(text: string): void {
    this.sent.push(text);
    this.buffered += text.length;
  }
  unsent(): number {
    return this.buffered;
  }
  close(code: number): void {
    this.closed = code;
  }
}

const budget = { softBytes: 100, hardBytes: 1_000_000, roomBytes: 1e9, patience: 30_000 };
let socket: Socket;
let session: Session;
let catchUp: CatchUp;
let dropped: Session[];
let sessions: Sessions;

beforeEach(() => {
  socket = new Socket();
  session = new Session('ada', 1, socket, { kind: 'live' });
  sessions = new Sessions();
  sessions.replace(session);
  dropped = [];
  catchUp = new CatchUp({
    sessions,
    replay: new Replay(new MemoryLog()),
    budget,
    clock: { now: () => 0 },
    told: { head: 0, last: 0, privateOf: () => 0 },
    latest: (key) => (key === 'kept' ? 'newest' : undefined),
    meter: new Meter(0),
    dropped: (gone) => {
      dropped.push(gone);
      sessions.remove(gone);
    },
    moved: () => {},
    failed: (reason) => {
      throw reason;
    },
  });
});

describe('an answer', () => {
  test('goes out at once to a session that takes what it is given', () => {
    catchUp.answer(session, 'ok');
    expect(socket.sent).toEqual(['ok']);
  });

  test('waits where the socket is full, and follows in order once it has drained', () => {
    catchUp.answer(session, 'x'.repeat(101));
    catchUp.answer(session, 'first');
    catchUp.answer(session, 'second');
    expect(socket.sent).toHaveLength(1);
    expect(session.phase.kind).toBe('lagging');
    socket.buffered = 0;
    catchUp.advance(session);
    expect(socket.sent.slice(1)).toEqual(['first', 'second']);
    expect(session.phase.kind).toBe('live');
  });

  test('costs a member who asks and never reads their connection, not the room its memory', () => {
    const answer = 'x'.repeat(60_000);
    for (let count = 0; count < 10; count += 1) catchUp.answer(session, answer);
    expect(socket.sent).toHaveLength(1);
    expect(socket.closed).toBe(4000);
    expect(dropped).toEqual([session]);
  });

  test('to a session that has not had its first frame waits for it', () => {
    session.phase = { kind: 'joining', resume: null, token: null };
    catchUp.answer(session, 'error');
    expect(socket.sent).toEqual([]);
    expect(session.held).toEqual(['error']);
  });
});

test('what changed while a session lagged is told at the head: the newest, or the last word on what is forgotten', () => {
  session.phase = {
    kind: 'lagging',
    progressAt: 0,
    unsent: 0,
    missed: new Map([
      ['kept', 'older'],
      ['forgotten', 'off'],
    ]),
  };
  catchUp.advance(session);
  expect(socket.sent).toEqual(['{"t":"live","events":[newest,off]}']);
});

test('a session that lags misses what is told to it, and nothing that is told to others alone', async () => {
  const missed = new Map<string, string>();
  session.phase = { kind: 'lagging', progressAt: 0, unsent: 0, missed };
  const loaded = { last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 };
  const fanOut = new FanOut({ sessions, head: new Head(loaded), catchUp, meter: new Meter(0) });
  const journal = new Journal(loaded);
  const tell = (key: string | null, to?: string[]) =>
    journal.tell(
      { t: 'typing.changed', fields: { key }, ...(to === undefined ? {} : { to }) },
      { at: 1 },
      key,
    );
  tell('all');
  tell('ada', ['ada']);
  tell('ben', ['ben']);
  tell(null);
  await fanOut.deliver(journal.take(), new Map());
  expect(Array.from(missed.keys())).toEqual(['all', 'ada']);
  session.scope = 'own';
  missed.clear();
  tell('all');
  tell('ada', ['ada']);
  await fanOut.deliver(journal.take(), new Map());
  expect(Array.from(missed.keys())).toEqual(['ada']);
});

import WebSocket from 'ws';

/** What a talker was told of one message: its place in the room's order, and its text. */
export interface Heard {
  readonly seq: number;
  readonly text: string;
  readonly by: string;
  readonly n: number;
}

interface Frame {
  readonly t: string;
  readonly [field: string]: unknown;
}
interface Event {
  readonly t: string;
  readonly seq: number;
  readonly by?: string;
  readonly n?: number;
  readonly body?: { readonly text: string };
}

/** How a talker finds out that a line is dead although nobody closed it. In ms. */
export interface Patience {
  readonly pingEvery: number;
  /** From a ping to its pong, from opening a socket to its first frame, and from a request to its answer. */
  readonly answerWithin: number;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const describe = (frame: Frame): string => JSON.stringify(frame).slice(0, 200);

/**
 * A client that does by the letter what the protocol asks, and keeps a record of all it was told: a witness for tests,
 * written without any of the product's own code.
 */
export class Talker {
  readonly heard: Heard[] = [];
  /** Ranges that a snapshot made it skip: (from, to]. */
  readonly skipped: { from: number; to: number }[] = [];
  /** Numbers of its commands that are known to be in the log, by echo. */
  readonly echoed = new Set<number>();
  /** Numbers that were accepted, but whose echo a snapshot swallowed. */
  readonly settled = new Set<number>();
  readonly faults: string[] = [];
  resumes = 0;
  snapshots = 0;
  id = '';
  /** Called for each message as it is told. */
  told: (heard: Heard) => void = () => {};
  #sent = 0;
  #pending = new Map<number, string>();
  #position: { epoch: string; seq: number; private: number } | null = null;
  #socket: WebSocket | null = null;
  #ready = false;
  #stopped = false;
  #connecting = false;
  #token: string;
  #base: string;
  readonly #code: string;
  readonly #patience: Patience | null;

  constructor(base: string, code: string, token: string, patience: Patience | null = null) {
    this.#base = base;
    this.#code = code;
    this.#token = token;
    this.#patience = patience;
  }

  /** Joins as somebody new. Without `patience` it never pings, and waits for ever on a line that died without a word. */
  static async join(base: string, code: string, name: string, patience?: Patience): Promise<Talker> {
    const response = await fetch(`${base}/v1/rooms/${code}/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    if (!response.ok) throw new Error(`join: ${response.status} ${await response.text()}`);
    const joined = (await response.json()) as { token: string; ticket: string };
    const talker = new Talker(base, code, joined.token, patience);
    talker.#connect(joined.ticket);
    await talker.untilReady();
    return talker;
  }

  get position(): number {
    return this.#position?.seq ?? 0;
  }
  get unsettled(): number {
    return this.#pending.size;
  }
  get isReady(): boolean {
    return this.#ready;
  }

  /** The server is elsewhere from now on; it goes there as soon as its connection drops. */
  moveTo(base: string): void {
    this.#base = base;
  }

  async untilReady(): Promise<void> {
    while (!this.#ready) await sleep(2);
  }

  /** Sends a message, now or as soon as it is connected again. */
  say(text: string): void {
    this.#sent += 1;
    this.#pending.set(this.#sent, text);
    if (this.#ready) this.#transmit(this.#sent, text);
  }

  /** Drops the connection in the middle of whatever is on the way, and comes back. */
  cut(): void {
    this.#socket?.terminate();
  }

  /**
   * Comes back while the old socket still stands and is still talked to; it goes on talking after it was superseded.
   * What it says then must not be heard by anybody.
   */
  async supersede(ghost: string): Promise<void> {
    const old = this.#socket;
    if (old === null || !this.#ready) return;
    old.removeAllListeners('close');
    old.removeAllListeners('message');
    this.#ready = false;
    this.#connecting = false;
    for (const [n, text] of this.#pending) old.send(command(n, text));
    await this.#comeBack();
    await this.untilReady();
    for (let extra = 1; extra <= 3; extra += 1) {
      if (old.readyState === WebSocket.OPEN) old.send(command(this.#sent + 1_000 + extra, ghost));
    }
    setTimeout(() => old.terminate(), 200);
  }

  /** Stops reading, as a phone does on a bad line; what is sent piles up at the server. */
  pause(): void {
    this.#socket?.pause();
  }
  resume(): void {
    this.#socket?.resume();
  }

  /** All messages that the room can still tell of, asked page by page, oldest first. */
  async history(): Promise<Heard[]> {
    const pages: Heard[][] = [];
    for (let before: number | null | undefined; before !== null; ) {
      const response = await fetch(`${this.#base}/v1/rooms/${this.#code}/commands`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
        body: JSON.stringify({ t: 'chat.history', before }),
      });
      if (!response.ok) throw new Error(`history: ${response.status} ${await response.text()}`);
      const { result } = (await response.json()) as { result: { events: Event[]; next: number | null } };
      pages.push(result.events.filter(({ t }) => t === 'chat.sent').map(heardOf));
      before = result.next;
    }
    return pages.reverse().flat();
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.terminate();
  }

  #transmit(n: number, text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(command(n, text));
  }

  async #comeBack(): Promise<void> {
    if (this.#connecting || this.#stopped) return;
    this.#connecting = true;
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      try {
        const response = await fetch(`${this.#base}/v1/rooms/${this.#code}/join`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
          body: '{}',
          ...(this.#patience === null ? {} : { signal: AbortSignal.timeout(this.#patience.answerWithin) }),
        });
        if (response.ok) {
          const { ticket } = (await response.json()) as { ticket: string };
          this.#connect(ticket);
          return;
        }
        if (attempt > 200)
          this.faults.push(`could not come back: ${response.status} ${await response.text()}`);
      } catch {
        // The server is being restarted.
      }
      await sleep(10 + Math.random() * 40);
    }
  }

  #connect(ticket: string): void {
    this.#connecting = true;
    const at = this.#position;
    const query = at === null ? '' : `?epoch=${at.epoch}&seq=${at.seq}&private=${at.private}`;
    const url = `${this.#base.replace('http', 'ws')}/v1/rooms/${this.#code}/connect${query}`;
    const socket = new WebSocket(url, ['parley.v1', `parley.ticket.${ticket}`]);
    this.#socket = socket;
    this.#ready = false;
    socket.on('message', (data) => {
      const text = String(data);
      if (socket === this.#socket && text !== 'pong') this.#take(JSON.parse(text) as Frame);
    });
    if (this.#patience !== null) watch(socket, this.#patience);
    socket.on('error', () => {});
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      this.#ready = false;
      this.#connecting = false;
      void this.#comeBack();
    });
  }

  #take(frame: Frame): void {
    if (frame.t === 'ready') this.#begin(frame);
    else if (frame.t === 'events') this.#events(frame);
    else if (frame.t === 'ok') this.#settle(frame.n as number);
    else if (frame.t === 'position') this.#compare(frame);
    else if (frame.t === 'error') this.faults.push(describe(frame));
  }

  #begin(frame: Frame): void {
    const at = { epoch: String(frame.epoch), seq: Number(frame.seq), private: Number(frame.private) };
    const before = this.#position;
    this.id = (frame.self as { id: string }).id;
    const acked = Number(frame.acked);
    if (frame.recovered === true) {
      this.resumes += 1;
      if (before === null || before.seq !== at.seq)
        this.faults.push(`recovered elsewhere: ${describe(frame)}`);
    } else {
      this.snapshots += 1;
      if (before !== null) this.skipped.push({ from: before.seq, to: at.seq });
      for (const n of this.#pending.keys()) {
        if (n > acked) continue;
        this.#pending.delete(n);
        this.settled.add(n);
      }
    }
    this.#position = at;
    this.#connecting = false;
    this.#ready = true;
    this.#resend(acked);
  }

  #resend(acked: number): void {
    for (const [n, text] of this.#pending) if (n > acked) this.#transmit(n, text);
  }

  #compare(frame: Frame): void {
    if (Number(frame.seq) !== this.#position?.seq) this.cut();
    else this.#resend(Number(frame.acked));
  }

  #events(frame: Frame): void {
    const at = this.#position;
    if (at === null) return;
    const [prev, last] = [Number(frame.prev), Number(frame.last)];
    if (last <= at.seq) return;
    if (prev !== at.seq) {
      this.cut();
      return;
    }
    this.#position = { ...at, seq: last };
    for (const event of frame.events as Event[]) {
      if (event.t !== 'chat.sent') continue;
      const { seq, by = '', n = 0, body } = event;
      const heard = { seq, by, n, text: body?.text ?? '' };
      this.heard.push(heard);
      this.told(heard);
      if (by === this.id) this.#settle(n);
    }
  }

  #settle(n: number): void {
    if (this.#pending.delete(n)) this.echoed.add(n);
  }
}

const heardOf = ({ seq, by = '', n = 0, body }: Event): Heard => ({ seq, by, n, text: body?.text ?? '' });

/** Gives a line up on which pings stay without a pong: other frames may come through one that is dead the other way. */
function watch(socket: WebSocket, { pingEvery, answerWithin }: Patience): void {
  let heardAt = performance.now();
  socket.on('open', () => socket.send('ping'));
  socket.on('message', (data) => {
    if (String(data) === 'pong') heardAt = performance.now();
  });
  const timer = setInterval(() => {
    if (performance.now() - heardAt > pingEvery + answerWithin) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) socket.send('ping');
  }, pingEvery);
  socket.on('close', () => clearInterval(timer));
}

const command = (n: number, text: string): string =>
  JSON.stringify({ t: 'chat.send', n, body: { kind: 'text', text } });

/** Makes a room; answers its code and host key. */
export async function makeRoom(
  base: string,
  settings: object = {},
): Promise<{ code: string; hostKey: string }> {
  const response = await fetch(`${base}/v1/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Test', ...settings }),
  });
  if (!response.ok) throw new Error(`create: ${response.status} ${await response.text()}`);
  return (await response.json()) as { code: string; hostKey: string };
}

/** Waits until a condition holds; says what it waited for when it never does. */
export async function until(what: string, condition: () => boolean, limit = 20_000): Promise<void> {
  const end = Date.now() + limit;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await sleep(5);
  }
}

/**
 * Judges by what clients saw alone. `truth` is a record without gaps; every other record must be the same, in the same
 * order, but for what a snapshot openly skipped. Answers the faults found.
 */
export function judge(
  truth: readonly Heard[],
  talkers: readonly Talker[],
  said: ReadonlyMap<string, number>,
): string[] {
  const faults: string[] = [];
  const counts = new Map<string, number>();
  let last = 0;
  for (const { seq, text } of truth) {
    if (seq <= last) faults.push(`out of order at ${seq}`);
    last = seq;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const short = (text: string) => text.slice(0, 40);
  for (const [text, times] of said)
    if (counts.get(text) !== times) faults.push(`${short(text)}: ${counts.get(text) ?? 0} times`);
  for (const text of counts.keys()) if (!said.has(text)) faults.push(`nobody said ${short(text)}`);
  talkers.forEach((talker, index) => {
    for (const fault of talker.faults) faults.push(`talker ${index}: ${fault}`);
    const start = talker.heard[0]?.seq ?? Number.POSITIVE_INFINITY;
    const expected = truth.filter(
      ({ seq }) => seq >= start && !talker.skipped.some(({ from, to }) => seq > from && seq <= to),
    );
    const got = talker.heard;
    const same =
      expected.length === got.length &&
      expected.every(({ seq, text }, at) => got[at]?.seq === seq && got[at]?.text === text);
    if (!same) faults.push(`talker ${index} heard ${got.length} of ${expected.length}`);
  });
  return faults;
}

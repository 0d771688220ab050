import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_TRACKS } from '../../../../src/client/call/call-view.ts';
import { Take, typeHere } from '../../../../web/src/room/call/recording/take.ts';
import { FakeCall, settle, track } from './fakes.ts';

/* The parts of a browser that record, each as far as it is used. */

class FakeRecorder extends EventTarget {
  static supported: readonly string[] = ['video/webm;codecs=vp8,opus'];
  static isBroken = false;
  static made: FakeRecorder[] = [];
  static isTypeSupported = (type: string) => FakeRecorder.supported.includes(type);
  state = 'inactive';
  readonly stream: FakeStream;
  constructor(stream: FakeStream) {
    super();
    if (FakeRecorder.isBroken) throw new DOMException('no', 'NotSupportedError');
    this.stream = stream;
    FakeRecorder.made.push(this);
  }
  start(): void {
    this.state = 'recording';
  }
  stop(): void {
    this.state = 'inactive';
    setTimeout(() => {
      this.give('last');
      this.dispatchEvent(new Event('stop'));
    });
  }
  give(text: string): void {
    this.dispatchEvent(Object.assign(new Event('dataavailable'), { data: new Blob([text]) }));
  }
}

class FakeStream {
  readonly tracks: readonly MediaStreamTrack[];
  constructor(tracks: readonly MediaStreamTrack[] = []) {
    this.tracks = tracks;
  }
  getAudioTracks = () => [track('audio', 'mixed')];
}

class FakeNode {
  readonly of: string;
  readonly stream = new FakeStream();
  constructor(of = '') {
    this.of = of;
  }
  connect = () => heard.add(this.of);
  disconnect = () => heard.delete(this.of);
  start = () => undefined;
}
class FakeSilence extends FakeNode {
  constructor() {
    super('silence');
  }
}
const heard = new Set<string>();

class FakeContext extends EventTarget {
  static made: FakeContext[] = [];
  state = 'suspended';
  resumed = 0;
  constructor() {
    super();
    FakeContext.made.push(this);
  }
  resume = async () => {
    this.resumed += 1;
    this.become('running');
  };
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
  close = async () => this.become('closed');
  createMediaStreamDestination = () => new FakeNode();
  createMediaStreamSource = ({ tracks }: FakeStream) => new FakeNode(tracks[0]?.id);
}

class FakeWorker extends EventTarget {
  static made: FakeWorker[] = [];
  isOver = false;
  asked = 0;
  constructor() {
    super();
    FakeWorker.made.push(this);
  }
  postMessage = () => {
    this.asked += 1;
  };
  terminate = () => {
    this.isOver = true;
  };
}
const worker = () => {
  const made = FakeWorker.made.at(-1);
  if (made === undefined) throw new Error('nothing was begun');
  return made;
};
const recorder = () => {
  const made = FakeRecorder.made.at(-1);
  if (made === undefined) throw new Error('nothing was begun');
  return made;
};
const context = () => FakeContext.made.at(-1);
/** The next picture is drawn. */
const draw = () => {
  drawn.length = 0;
  worker().dispatchEvent(new Event('message'));
  return drawn;
};

/** What a picture was made of: names and players. */
const drawn: string[] = [];
let hasCanvas = true;
const pen = {
  fillRect: () => undefined,
  measureText: () => ({ width: 10 }),
  fillText: (text: string) => void drawn.push(text),
  drawImage: ({ srcObject }: { srcObject: FakeStream }) => {
    const id = srcObject.tracks[0]?.id ?? '';
    if (id === 'broken') throw new DOMException('no', 'InvalidStateError');
    drawn.push(`picture ${id}`);
  },
};
const picture = track('video', 'picture');

beforeEach(() => {
  [FakeRecorder.isBroken, hasCanvas] = [false, true];
  FakeRecorder.supported = ['video/webm;codecs=vp8,opus'];
  for (const list of [FakeRecorder.made, FakeContext.made, FakeWorker.made]) list.length = 0;
  heard.clear();
  vi.stubGlobal('MediaRecorder', FakeRecorder);
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('ConstantSourceNode', FakeSilence);
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('document', {
    createElement: (name: string) =>
      name === 'canvas'
        ? {
            getContext: () => (hasCanvas ? pen : null),
            captureStream: () => ({ getVideoTracks: () => [picture] }),
          }
        : { videoWidth: 640, videoHeight: 360, play: async () => undefined },
  });
});
afterEach(() => void vi.unstubAllGlobals());

const NAMES: Readonly<Record<string, string>> = { ada: 'Ada', ben: 'Ben', cyn: 'Cyn' };
const ids = { ada: 'ada', ben: 'ben', cyn: 'cyn' };

function record() {
  const call = new FakeCall();
  const pieces: Blob[] = [];
  const cut = vi.fn();
  const broken = { is: false };
  const scene = () => {
    if (broken.is) throw new Error('a fault');
    return { view: call.state, self: ids.ada, spotlight: null, nameOf: (id: string) => NAMES[id] ?? '' };
  };
  const begin = () =>
    new Take(call.call, scene, { add: (piece) => void pieces.push(piece) }, 'video/webm', cut);
  const come = (...members: (readonly [id: string, tracks: object])[]) =>
    call.become({
      members: new Map(members.map(([id, tracks]) => [id, { ...NO_TRACKS, quality: 'good', ...tracks }])),
    });
  return {
    call,
    pieces,
    cut,
    broken,
    begin,
    come,
    texts: () => Promise.all(pieces.map((piece) => piece.text())),
  };
}
const isClosed = () => context()?.state === 'closed' && (FakeWorker.made.length === 0 || worker().isOver);

test('pieces come onto the tape, the last one at the end, and nothing stays open', async () => {
  const { begin, texts, cut, call } = record();
  const take = begin();
  recorder().give('first');
  await take.end();
  expect(await texts()).toEqual(['first', 'last']);
  expect(isClosed()).toBe(true);
  expect(call.listeners.size).toBe(0);
  expect(cut).not.toHaveBeenCalled();
});

test('who comes late is in the picture and heard, and who has gone is not', async () => {
  const { begin, come } = record();
  begin();
  come(['ben', { camera: track('video', 'ben'), microphone: track('audio', 'ben voice') }]);
  expect(draw()).toEqual(['picture ben', 'Ben', 'A', 'Ada']);
  come(
    ['ben', { camera: track('video', 'ben') }],
    ['cyn', { camera: track('video', 'cyn'), microphone: track('audio', 'cyn voice') }],
  );
  expect(draw()).toEqual(['picture ben', 'Ben', 'picture cyn', 'Cyn', 'A', 'Ada']);
  expect(heard).toEqual(new Set(['silence', 'cyn voice']));
  come();
  expect(draw()).toEqual(['A', 'Ada']);
  expect(heard).toEqual(new Set(['silence']));
});

test('a screen is shown, also your own', () => {
  const { begin, call } = record();
  begin();
  call.become({ self: { ...call.state.self, screen: track('video', 'slides') } });
  expect(draw()).toContain('picture slides');
});

test('a picture that can not be drawn is no reason to lose the others', () => {
  const { begin, come, cut } = record();
  begin();
  come(['ben', { camera: track('video', 'broken') }], ['cyn', { camera: track('video', 'cyn') }]);
  expect(draw()).toEqual(['B', 'Ben', 'picture cyn', 'Cyn', 'A', 'Ada']);
  expect(cut).not.toHaveBeenCalled();
});

test('where no picture can be drawn at all it is cut, once', () => {
  const { begin, broken, cut } = record();
  begin();
  broken.is = true;
  draw();
  draw();
  expect(cut).toHaveBeenCalledOnce();
});

test('the next picture is asked for when one is done', () => {
  const { begin } = record();
  begin();
  expect(worker().asked).toBe(1);
  draw();
  expect(worker().asked).toBe(2);
});

test('without the worker the page draws by its own timers', () => {
  vi.useFakeTimers();
  const { begin, come } = record();
  begin();
  come(['ben', {}]);
  for (const _ of [1, 2]) worker().dispatchEvent(new Event('error'));
  drawn.length = 0;
  vi.advanceTimersByTime(50);
  expect(drawn).toEqual(['B', 'Ben', 'A', 'Ada']);
  vi.useRealTimers();
});

test('a browser that ends it by itself says so once, with the last piece on the tape', async () => {
  const { begin, cut, texts } = record();
  begin();
  recorder().dispatchEvent(new Event('error'));
  recorder().stop();
  await vi.waitFor(() => expect(cut).toHaveBeenCalledOnce());
  expect((await texts())[0]).toBe('last');
  await settle();
  expect(cut).toHaveBeenCalledOnce();
});

test('an error that does not end it ends it', async () => {
  const { begin, cut } = record();
  const take = begin();
  recorder().dispatchEvent(new Event('error'));
  await vi.waitFor(() => expect(cut).toHaveBeenCalledOnce());
  await take.end();
  expect(isClosed()).toBe(true);
});

test.each([
  [
    'no MediaRecorder for it',
    () => {
      FakeRecorder.isBroken = true;
    },
  ],
  [
    'no canvas',
    () => {
      hasCanvas = false;
    },
  ],
  ['a fault in the first picture', () => undefined],
])('where there is %s nothing stays open', (name, happen) => {
  const { begin, call, broken } = record();
  happen();
  broken.is = name.startsWith('a fault');
  expect(begin).toThrow();
  expect(isClosed()).toBe(true);
  expect(call.listeners.size).toBe(0);
});

test('sound that the browser holds back is asked for again, until the end', async () => {
  const { begin } = record();
  const take = begin();
  expect(context()).toMatchObject({ state: 'running', resumed: 1 });
  context()?.become('interrupted');
  expect(context()).toMatchObject({ state: 'running', resumed: 2 });
  await take.end();
  expect(context()).toMatchObject({ state: 'closed', resumed: 2 });
});

test('the type is the first that the browser can write', () => {
  expect(typeHere()).toBe('video/webm;codecs=vp8,opus');
  FakeRecorder.supported = ['video/mp4'];
  expect(typeHere()).toBe('video/mp4');
  FakeRecorder.supported = [];
  expect(typeHere()).toBeNull();
  vi.stubGlobal('MediaRecorder', undefined);
  expect(typeHere()).toBeNull();
});

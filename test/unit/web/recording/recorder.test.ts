import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ErrorCode, ParleyError } from '../../../../src/client/index.ts';
import { Archive } from '../../../../web/src/room/call/recording/archive.ts';
import {
  RecordError,
  Recorder,
  type RecorderParts,
} from '../../../../web/src/room/call/recording/recorder.ts';
import type { Take } from '../../../../web/src/room/call/recording/take.ts';
import { FakeCall, FakeRoom, FakeShelf, settle, stubBrowser, Told } from './fakes.ts';

const ME = 'm_ada';
let browser: ReturnType<typeof stubBrowser>;

beforeEach(() => {
  browser = stubBrowser();
  vi.stubGlobal('window', new EventTarget());
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const refusal = (code: ErrorCode) => new ParleyError(code, { message: code });

/** A page in a room, with a recorder that writes what the test gives it. */
function page({ types = 'video/webm' as string | null } = {}) {
  const shelf = new FakeShelf();
  const gate = { isOffline: false, refusal: null as Error | null, isBroken: false, isMissing: false };
  const waiting: (() => void)[] = [];
  /** What the room is told; while there is no line it waits. */
  const say = (what: string, by: string | null) => async () => {
    // What is asked for shows in the state at once.
    room.tell();
    if (gate.isOffline) await new Promise<void>((resolve) => waiting.push(resolve));
    if (gate.refusal !== null) throw gate.refusal;
    said.push(what);
    room.recordedBy(by);
  };
  const said: string[] = [];
  const calling = { startRecording: say('start', ME), stopRecording: say('stop', null) };
  const room = Object.assign(new FakeRoom(), { calling });
  const call = new FakeCall();
  const session = Object.assign(new Told(), {
    phase: { at: 'on', call } as object,
    listen: async () => undefined,
  });
  const takes: { cut: () => void; end: () => Promise<void>; isOver: boolean }[] = [];
  class FakeTake {
    isOver = false;
    readonly cut: () => void;
    readonly #tape: { add: (piece: Blob) => void };
    constructor(
      _call: unknown,
      _scene: unknown,
      tape: { add: (piece: Blob) => void },
      _type: string,
      cut: () => void,
    ) {
      if (gate.isBroken) throw new Error('there is no canvas');
      this.cut = cut;
      this.#tape = tape;
      takes.push(this);
    }
    end = async () => {
      this.isOver = true;
      this.#tape.add(new Blob(['said']));
    };
  }
  const archive = new Archive();
  const studio = async () => {
    if (gate.isMissing) throw new ParleyError('network');
    return { archive, Take: FakeTake as unknown as typeof Take, typeHere: () => types };
  };
  const recorder = new Recorder({ room, session, shelf, studio } as unknown as RecorderParts);
  recorder.begin();
  const leaveCall = () => {
    session.phase = { at: 'off' };
    session.tell();
  };
  const online = (isOnline: boolean) => {
    gate.isOffline = !isOnline;
    if (isOnline) for (const goOn of waiting.splice(0)) goOn();
    room.become({ connection: { status: isOnline ? 'online' : 'reconnecting' } });
  };
  const isAsking = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  return { room, shelf, gate, said, session, takes, archive, recorder, leaveCall, online, isAsking };
}
const states = ({ list }: Archive) => list.map(({ state }) => state);

test('a recording is announced before it begins, and goes into the files when it ends', async () => {
  const { recorder, said, takes, shelf, isAsking } = page();
  expect(isAsking()).toBe(false);
  const started = recorder.start();
  expect(recorder.state).toBe('starting');
  await started;
  expect([recorder.state, said, takes.length, isAsking()]).toEqual(['on', ['start'], 1, true]);
  await recorder.stop();
  expect([recorder.state, said]).toEqual(['off', ['start', 'stop']]);
  await vi.waitFor(() => expect(shelf.files).toHaveLength(1));
});

test('a second press in that moment begins no second one', async () => {
  const { recorder, takes } = page();
  await Promise.all([recorder.start(), recorder.start()]);
  expect(takes).toHaveLength(1);
});

test('where somebody else records already, nothing is made, and nothing stays', async () => {
  const { recorder, gate, takes, archive } = page();
  gate.refusal = refusal('recording_taken');
  await expect(recorder.start()).rejects.toMatchObject({ code: 'recording_taken' });
  expect([recorder.state, takes, archive.list, browser.files()]).toEqual(['off', [], [], []]);
  expect(browser.locks.held.size).toBe(0);
});

test('a browser that can not record says so, and the room hears nothing of it', async () => {
  const { recorder, said } = page({ types: null });
  await expect(recorder.start()).rejects.toBeInstanceOf(RecordError);
  expect([recorder.state, said]).toEqual(['off', []]);
});

test('one that fails when it is to begin says so to the room, and leaves nothing', async () => {
  const { recorder, said, gate, archive, room } = page();
  gate.isBroken = true;
  await expect(recorder.start()).rejects.toBeInstanceOf(RecordError);
  await settle();
  expect([recorder.state, said, archive.list]).toEqual(['off', ['start', 'stop'], []]);
  expect(room.state.call.recording).toBeNull();
  // It can be tried again.
  gate.isBroken = false;
  await recorder.start();
  expect(recorder.state).toBe('on');
});

test('what does not come over the line is said, and can be tried again', async () => {
  const { recorder, gate } = page();
  gate.isMissing = true;
  await expect(recorder.start()).rejects.toMatchObject({ code: 'network' });
  expect(recorder.state).toBe('off');
});

test('the browser ends it by itself: the room is told, and what there is is kept', async () => {
  const { recorder, takes, said, archive, shelf } = page();
  await recorder.start();
  takes[0]?.cut();
  await vi.waitFor(() => expect(shelf.files).toHaveLength(1));
  expect([recorder.state, said]).toEqual(['off', ['start', 'stop']]);
  expect(archive.list).toMatchObject([{ isCut: true, state: 'sharing' }]);
});

test.each([
  ['another host ends it', ({ room }: ReturnType<typeof page>) => room.recordedBy(null), ['start']],
  [
    'another host records instead',
    ({ room }: ReturnType<typeof page>) => room.recordedBy('m_ben'),
    ['start'],
  ],
  ['the call is left', ({ leaveCall }: ReturnType<typeof page>) => leaveCall(), ['start', 'stop']],
  ['the page goes elsewhere', ({ recorder }: ReturnType<typeof page>) => recorder.end(), ['start', 'stop']],
])('it ends when %s, and goes into the files', async (_, happen, said) => {
  const one = page();
  await one.recorder.start();
  happen(one);
  await vi.waitFor(() => expect(one.shelf.files).toHaveLength(1));
  expect([one.recorder.state, one.said, one.takes[0]?.isOver]).toEqual(['off', said, true]);
});

test('when the meeting ends it ends, and stays with whoever recorded', async () => {
  const { recorder, room, archive, shelf } = page();
  await recorder.start();
  room.close();
  await vi.waitFor(() => expect(states(archive)).toEqual(['here']));
  expect(shelf.files).toEqual([]);
  expect(browser.files()).toHaveLength(1);
});

test('without a line it goes on; ended, it ends here at once, and the room is told later', async () => {
  const { recorder, online, takes, said, archive } = page();
  await recorder.start();
  online(false);
  expect(takes[0]?.isOver).toBe(false);
  const stopped = recorder.stop();
  await vi.waitFor(() => expect(recorder.state).toBe('off'));
  expect(takes[0]?.isOver).toBe(true);
  await vi.waitFor(() => expect(states(archive)).toEqual(['sharing']));
  expect(said).toEqual(['start']);
  online(true);
  await stopped;
  expect(said).toEqual(['start', 'stop']);
});

test('a page whom the room believes to record, and that does not, says so', async () => {
  const one = page();
  one.room.recordedBy(ME);
  await settle();
  expect(one.said).toEqual(['stop']);
  one.room.recordedBy('m_ben');
  await settle();
  expect(one.said).toEqual(['stop']);
});

test('one who goes elsewhere while it begins has ended it', async () => {
  const { recorder, leaveCall, said, takes } = page();
  const started = recorder.start();
  recorder.end();
  leaveCall();
  await started.catch(() => undefined);
  await settle();
  expect(takes.every(({ isOver }) => isOver)).toBe(true);
  expect(said.at(-1) ?? 'stop').toBe('stop');
  expect(recorder.state).toBe('off');
});

test('whoever else records is asked to end by the room', async () => {
  const { recorder, room, said } = page();
  room.recordedBy('m_ben');
  await recorder.stop();
  expect(said).toEqual(['stop']);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RoomConnection } from '../../../src/client/index.ts';
import { BEN, FakeServer, outcomeOf } from './fake-server.ts';

const CALL = `c_${'0'.repeat(22)}`;
const LAST_CANDIDATE = { kind: 'candidate', candidate: '' } as const;

let server: FakeServer;
beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each<[string, (room: RoomConnection) => Promise<unknown>, object]>([
  ['raiseHand', (room) => room.raiseHand(), { t: 'hand.raise' }],
  ['lowerHand', (room) => room.lowerHand(), { t: 'hand.lower' }],
  ['lowerHand of another', (room) => room.lowerHand(BEN.id), { t: 'hand.lower', member: BEN.id }],
  ['lowerAllHands', (room) => room.lowerAllHands(), { t: 'hand.lowerAll' }],
  ['callHand', (room) => room.callHand(), { t: 'hand.call' }],
  ['callHand of one', (room) => room.callHand(BEN.id), { t: 'hand.call', member: BEN.id }],
  ['react', (room) => room.react('👏'), { t: 'reaction.send', emoji: '👏' }],
  ['setTyping', (room) => room.setTyping(true), { t: 'typing.set', typing: true }],
  [
    'setTyping to one',
    (room) => room.setTyping(false, BEN.id),
    { t: 'typing.set', typing: false, to: BEN.id },
  ],
  ['setSpotlight', (room) => room.setSpotlight(null), { t: 'spotlight.set', member: null }],
  [
    'stopMedia',
    (room) => room.stopMedia({ members: 'all', except: [BEN.id], media: ['camera'] }),
    { t: 'media.stop', members: 'all', except: [BEN.id], media: ['camera'] },
  ],
  [
    'requestMedia',
    (room) => room.requestMedia(BEN.id, 'screen'),
    { t: 'media.request', member: BEN.id, media: 'screen' },
  ],
  [
    'openPoll',
    (room) => room.openPoll({ question: 'Lunch?', options: ['Yes', 'No'], results: 'hidden' }),
    { t: 'poll.open', question: 'Lunch?', options: ['Yes', 'No'], results: 'hidden' },
  ],
  ['vote', (room) => room.vote(7, [0, 2]), { t: 'poll.vote', poll: 7, options: [0, 2] }],
  ['closePoll', (room) => room.closePoll(7), { t: 'poll.close', poll: 7 }],
  ['removePoll', (room) => room.removePoll(7), { t: 'poll.remove', poll: 7 }],
  ['calling.enter', (room) => room.calling.enter(CALL), { t: 'call.enter', call: CALL }],
  ['calling.exit', (room) => room.calling.exit(), { t: 'call.exit' }],
  [
    'calling.signal',
    (room) => room.calling.signal({ to: BEN.id, call: CALL, peer: CALL, signal: LAST_CANDIDATE }),
    { t: 'signal.send', to: BEN.id, call: CALL, peer: CALL, signal: LAST_CANDIDATE },
  ],
  ['calling.startRecording', (room) => room.calling.startRecording(), { t: 'recording.start' }],
  ['calling.stopRecording', (room) => room.calling.stopRecording(), { t: 'recording.stop' }],
  ['answerRequest', (room) => room.answerRequest(7, false), { t: 'media.answer', request: 7, accept: false }],
])('%s sends its command and settles with its answer', async (_, act, command) => {
  const room = await server.join();
  const outcome = outcomeOf(act(room));
  const sent = server.socket.commands.at(-1);
  expect(sent).toEqual({ ...command, n: expect.any(Number) });
  server.socket.tell({ t: 'ok', n: sent?.n });
  expect(await outcome).toMatchObject({ status: 'done' });
});

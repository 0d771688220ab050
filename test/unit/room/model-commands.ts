import type { CommandInput, RoomCommandType } from '../../../src/protocol/index.ts';
import { PERMISSIONS } from '../../../src/protocol/index.ts';
import { breakoutsInOrder } from '../../../src/room-object/breakout-rows.ts';
import { imageTable } from '../../../src/room-object/image-rows.ts';
import { pollTable } from '../../../src/room-object/poll-rows.ts';
import { itemTable, playbackOf } from '../../../src/room-object/watch-rows.ts';
import { sdpOf } from '../../support/sdp.ts';
import { idOf } from './harness.ts';
import type { World } from './model-world.ts';

/** Choices out of a list of numbers that was drawn beforehand, so that a run can be repeated and made smaller. */
export class Dice {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(limit: number): number {
    const number = this.#numbers[this.#next % this.#numbers.length] ?? 0;
    this.#next += 1;
    return number % limit;
  }
  flag(): boolean {
    return this.below(2) === 1;
  }
  /** Nine times of ten not. */
  seldom(): boolean {
    return this.below(10) === 9;
  }
  pick<const T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }
  maybe<K extends string, V>(key: K, value: () => V): { [Key in K]?: V } {
    return this.flag() ? ({ [key]: value() } as { [Key in K]: V }) : {};
  }
}

/** A member's id, mostly of somebody who is there; seldom that of somebody who never was. */
function member(dice: Dice, world: World): string {
  if (dice.seldom()) return idOf('nobody');
  const all = Array.from(world.clients.values());
  const there = all.filter(({ isInRoom }) => isInRoom);
  const some = there.length > 0 && dice.below(3) > 0 ? there : all;
  return some[dice.below(some.length)]?.id ?? '';
}

const members = (dice: Dice, world: World): string[] => [member(dice, world), member(dice, world)];

/** A position of the log where a message may stand: messages that one client knows, or any. */
function message(dice: Dice, world: World): number {
  const known = Array.from(world.clients.values()).flatMap(({ view }) => view?.messages ?? []);
  if (known.length === 0 || dice.seldom()) return dice.below(50);
  return known[dice.below(known.length)]?.seq ?? 0;
}

function poll(dice: Dice, world: World): number {
  const ids = Array.from(world.state.table(pollTable).keys(), Number);
  return ids.length === 0 || dice.seldom() ? 1 + dice.below(50) : (ids[dice.below(ids.length)] ?? 1);
}

function request(dice: Dice, world: World): number {
  const known = Array.from(world.clients.values()).flatMap(({ view }) => view?.requests ?? []);
  return known[dice.below(Math.max(1, known.length))]?.request ?? dice.below(50);
}

function image(dice: Dice, world: World): string {
  const ids = Array.from(world.state.table(imageTable).keys());
  return ids[dice.below(Math.max(1, ids.length))] ?? `i_${'0'.repeat(22)}`;
}

function breakout(dice: Dice, world: World): string {
  const rooms = breakoutsInOrder(world.state);
  return rooms[dice.below(Math.max(1, rooms.length))]?.id ?? '1-1';
}

function item(dice: Dice, world: World): number {
  const ids = Array.from(world.state.table(itemTable).keys(), Number);
  return ids.length === 0 || dice.seldom() ? 1 + dice.below(50) : (ids[dice.below(ids.length)] ?? 1);
}

/** The state of what plays that a client saw, mostly the newest. */
const base = (dice: Dice, world: World) =>
  dice.maybe('base', () => Math.max(0, playbackOf(world.state).version - (dice.seldom() ? 1 : 0)));

const EMOJI = ['👍', '🎉', '❤️'] as const;
const TEXTS = ['hello', 'a question', 'ß\n“x”, {y}', '€ 5'] as const;
const MEDIUM = ['camera', 'microphone', 'screen'] as const;
/** Ids in the call: the same of many, or hardly anybody would hit that of another. */
const CALLS = [`c_${'0'.repeat(22)}`, `c_${'0'.repeat(22)}`, `c_${'1'.repeat(22)}`] as const;
/** Somebody with an account, of whom this room has never heard. */
const ACCOUNT = `a_${'z'.repeat(22)}`;
const text = (dice: Dice) => ({ kind: 'text' as const, text: dice.pick(TEXTS) });

type Generators = { readonly [T in RoomCommandType]: (dice: Dice, world: World) => CommandInput<T> };

/** Plausible fields of every command that rooms take. A new command adds its line here, or this does not compile. */
export const FIELDS: Generators = {
  'room.update': (dice) => ({
    ...dice.maybe('name', () => dice.pick(['Physics', 'Chemistry'])),
    ...dice.maybe('capacity', () => 1 + dice.below(6)),
    ...dice.maybe('whenEmpty', () => dice.pick(['stay', 'stay', 'stay', 'end'])),
    ...dice.maybe('retentionSeconds', () => dice.pick([3_600, 60])),
  }),
  'room.end': () => ({}),
  'roster.page': (dice, world) => ({
    ...dice.maybe('after', () => member(dice, world)),
    ...dice.maybe('limit', () => 1 + dice.below(3)),
  }),
  'member.rename': (dice) => ({ name: dice.pick(['Ada', 'Ben', 'x', 'a long name']) }),
  'member.leave': () => ({}),
  'authority.set': (dice) => ({
    ...dice.maybe('whenHostGone', () => dice.pick(['cohost', 'member', 'wait', 'end'])),
    ...dice.maybe('hostGraceSeconds', () => dice.pick([0, 30, 60])),
    ...dice.maybe('reclaim', () => dice.pick(['automatic', 'manual'])),
    ...dice.maybe('cohostsMayEnd', () => dice.flag()),
    ...dice.maybe('cohostsAreEqual', () => dice.flag()),
  }),
  'role.set': (dice, world) => ({
    member: member(dice, world),
    role: dice.pick(['cohost', 'member', 'viewer']),
  }),
  'host.transfer': (dice, world) => ({ member: member(dice, world) }),
  'host.reclaim': () => ({}),
  'member.remove': (dice, world) => ({
    member: member(dice, world),
    ...dice.maybe('reason', () => dice.pick(TEXTS)),
  }),
  'member.ban': (dice, world) => ({
    member: member(dice, world),
    ...dice.maybe('reason', () => dice.pick(TEXTS)),
    ...dice.maybe('addressSeconds', () => dice.pick([1, 60])),
  }),
  'ban.lift': (dice, world) => ({ member: member(dice, world) }),
  'ban.list': (dice, world) => ({
    ...dice.maybe('after', () => member(dice, world)),
    ...dice.maybe('limit', () => 1 + dice.below(3)),
  }),
  'audit.page': (dice) => ({
    ...dice.maybe('before', () => dice.below(50)),
    ...dice.maybe('limit', () => 1 + dice.below(20)),
  }),
  'chat.send': (dice, world) => ({
    body: text(dice),
    ...dice.maybe('to', () => (dice.flag() ? 'hosts' : member(dice, world))),
    ...dice.maybe('mentions', () => members(dice, world)),
    ...(dice.seldom() ? { replyTo: message(dice, world) } : {}),
  }),
  'chat.edit': (dice, world) => ({
    message: message(dice, world),
    body: text(dice),
    ...dice.maybe('mentions', () => members(dice, world)),
  }),
  'chat.delete': (dice, world) => ({ message: message(dice, world) }),
  'chat.react': (dice, world) => ({
    message: message(dice, world),
    emoji: dice.pick(EMOJI),
    on: dice.below(3) > 0,
  }),
  'chat.pin': (dice, world) => ({ message: message(dice, world) }),
  'chat.unpin': (dice, world) => ({ message: message(dice, world) }),
  'chat.settings': (dice) => ({ slowSeconds: dice.pick([0, 0, 5, 60]) }),
  'chat.history': (dice) => ({
    ...dice.maybe('before', () => dice.below(100)),
    ...dice.maybe('limit', () => 1 + dice.below(20)),
  }),
  'policy.set': (dice) => ({
    policy: Object.fromEntries([0, 1].map(() => [dice.pick(PERMISSIONS), dice.flag()])),
  }),
  'rights.set': (dice, world) => ({
    member: member(dice, world),
    rights: Object.fromEntries(
      [0, 1].map(() => [dice.pick(PERMISSIONS), dice.pick(['granted', 'denied', null])]),
    ),
  }),
  'media.set': (dice) => ({
    ...dice.maybe('camera', () => dice.below(3) > 0),
    ...dice.maybe('microphone', () => dice.below(3) > 0),
    ...dice.maybe('screen', () => dice.below(3) > 0),
    ...dice.maybe('speaking', () => dice.flag()),
  }),
  'media.stop': (dice, world) => ({
    members: dice.flag() ? 'all' : members(dice, world),
    ...dice.maybe('except', () => members(dice, world)),
    media: [dice.pick(MEDIUM)],
  }),
  'media.request': (dice, world) => ({ member: member(dice, world), media: dice.pick(MEDIUM) }),
  'media.answer': (dice, world) => ({ request: request(dice, world), accept: dice.flag() }),
  'hand.raise': () => ({}),
  'hand.lower': (dice, world) => dice.maybe('member', () => member(dice, world)),
  'hand.lowerAll': () => ({}),
  'hand.call': (dice, world) => dice.maybe('member', () => member(dice, world)),
  'reaction.send': (dice) => ({ emoji: dice.pick(EMOJI) }),
  'typing.set': (dice, world) => ({
    typing: dice.below(3) > 0,
    ...(dice.seldom() ? { to: member(dice, world) } : {}),
  }),
  'spotlight.set': (dice, world) => ({ member: dice.flag() ? member(dice, world) : null }),
  'image.upload': () => ({}),
  'file.list': (dice) => dice.maybe('search', () => dice.pick(['a', 'b'])),
  'file.remove': () => ({ file: `f_${'0'.repeat(22)}` }),
  'image.remove': (dice, world) => ({ image: image(dice, world) }),
  'poll.open': (dice) => ({
    question: dice.pick(TEXTS),
    options: ['yes', 'no', 'perhaps'],
    ...dice.maybe('multiple', () => dice.flag()),
    ...dice.maybe('named', () => dice.flag()),
    ...dice.maybe('results', () => dice.pick(['open', 'hidden'])),
  }),
  'poll.vote': (dice, world) => ({
    poll: poll(dice, world),
    options: [...dice.pick<readonly number[]>([[0], [1], [2], [], [0, 2], [7]])],
  }),
  'poll.close': (dice, world) => ({ poll: poll(dice, world) }),
  'poll.remove': (dice, world) => ({ poll: poll(dice, world) }),
  'poll.votes': (dice, world) => ({ poll: poll(dice, world) }),
  'breakout.open': (dice) => ({
    names: ['red', 'blue'].slice(dice.below(2)),
    ...dice.maybe('assign', () => dice.pick(['manual', 'evenly', 'choose'])),
    ...dice.maybe('minutes', () => dice.pick([1, 10])),
  }),
  'breakout.assign': (dice, world) => ({
    members: Object.fromEntries(
      members(dice, world).map((id) => [id, dice.below(3) > 0 ? breakout(dice, world) : null]),
    ),
  }),
  'breakout.choose': (dice, world) => ({ breakout: dice.below(3) > 0 ? breakout(dice, world) : null }),
  'breakout.broadcast': (dice) => ({ text: dice.pick(TEXTS) }),
  'breakout.close': (dice) => dice.maybe('afterSeconds', () => dice.pick([0, 5, 60])),
  'door.set': (dice) => ({
    ...dice.maybe('entry', () => dice.pick(['everybody', 'known', 'invited', 'nobody'])),
    ...dice.maybe('locked', () => dice.below(4) === 3),
    ...dice.maybe('waitForHost', () => dice.flag()),
    ...dice.maybe('whenFull', () => dice.pick(['refuse', 'wait'])),
    ...dice.maybe('message', () => dice.pick(TEXTS)),
  }),
  'lobby.admit': (dice, world) => ({ members: dice.flag() ? 'all' : members(dice, world) }),
  'lobby.refuse': (dice, world) => ({
    members: dice.flag() ? 'all' : members(dice, world),
    ...dice.maybe('reason', () => dice.pick(TEXTS)),
  }),
  'lobby.send': (dice, world) => ({ member: member(dice, world) }),
  'lobby.list': () => ({}),
  'passcode.set': (dice) => ({ passcode: dice.flag() ? dice.pick(['sesame', 'abracadabra']) : null }),
  'invite.create': (dice, world) => ({
    role: dice.pick(['member', 'viewer', 'cohost']),
    ...dice.maybe('uses', () => 1 + dice.below(2)),
    ...dice.maybe('expiresAt', () => world.now + 60_000),
  }),
  'invite.revoke': (dice, world) => ({
    invite: world.invites[dice.below(Math.max(1, world.invites.length))]?.id ?? `v_${'0'.repeat(22)}`,
  }),
  'invite.list': () => ({}),
  'schedule.set': (dice, world) => ({
    ...dice.maybe('opensAt', () => dice.pick([null, world.now + 30_000, world.now - 1_000])),
    ...dice.maybe('expiresAt', () => dice.pick([null, null, world.now + 600_000])),
    ...dice.maybe('maxMinutes', () => dice.pick([null, null, 30])),
    ...dice.maybe('title', () => dice.pick([null, 'Lecture'])),
  }),
  'group.invite': () => ({ account: ACCOUNT }),
  'group.decide': (dice) => ({ account: ACCOUNT, accept: dice.flag() }),
  'group.role': (dice) => ({ account: ACCOUNT, role: dice.pick(['owner', 'admin', 'member']) }),
  'group.remove': () => ({ account: ACCOUNT }),
  'group.settings': (dice) => ({ ...dice.maybe('announcements', () => dice.flag()) }),
  'group.delete': () => ({}),
  'group.read': (dice) => ({ upTo: dice.below(20) }),
  'group.members': () => ({}),
  'group.pending': () => ({}),
  'group.meet': () => ({}),
  'watch.add': (dice) => ({
    source: {
      kind: 'address',
      url: dice.seldom() ? 'http://a.org/a.mp4' : 'https://media.video.org/a.mp4',
      type: dice.pick(['video/mp4', 'audio/mpeg']),
    },
    ...dice.maybe('title', () => dice.pick(['A film', 'x'])),
    duration: dice.pick([null, 20_000, 90_000]),
    ...dice.maybe('poster', () => 'data:image/png;base64,AAAA'),
  }),
  'watch.remove': (dice, world) => ({ item: item(dice, world) }),
  'watch.move': (dice, world) => ({
    item: item(dice, world),
    before: dice.flag() ? item(dice, world) : null,
  }),
  'watch.subtitles': (dice, world) => ({ item: item(dice, world), subtitles: [] }),
  'watch.select': (dice, world) => ({
    item: dice.seldom() ? null : item(dice, world),
    ...dice.maybe('play', () => dice.flag()),
    ...base(dice, world),
  }),
  'watch.play': base,
  'watch.pause': base,
  'watch.seek': (dice, world) => ({ position: dice.below(30) * 1_000, ...base(dice, world) }),
  'watch.rate': (dice, world) => ({ rate: dice.pick([0.5, 1, 2]), ...base(dice, world) }),
  'watch.next': base,
  'watch.policy': (dice) => ({
    ...dice.maybe('autoplay', () => dice.flag()),
    ...dice.maybe('waitForAll', () => dice.flag()),
  }),
  'watch.view': (dice, world) => ({
    viewing: dice.pick([null, 'ready', 'ready', 'buffering', 'blocked', 'failed']),
    version: Math.max(0, playbackOf(world.state).version - dice.below(2)),
  }),
  'watch.end': (dice, world) => {
    const { item: playing, version } = playbackOf(world.state);
    return { item: playing ?? item(dice, world), version };
  },
  'watch.fail': (dice, world) => ({
    item: item(dice, world),
    reason: dice.pick(['unreachable', 'unsupported', 'broken']),
  }),
  'watch.poster': (dice, world) => ({ item: item(dice, world) }),
  'call.enter': (dice) => ({ call: dice.pick(CALLS) }),
  'call.exit': () => ({}),
  'signal.send': (dice, world) => {
    const media = dice.pick(MEDIUM);
    const kind = media === 'microphone' ? 'audio' : 'video';
    const sdp = sdpOf([{ kind, mid: '0', direction: dice.pick(['sendonly', 'recvonly']) }]);
    return {
      to: member(dice, world),
      call: dice.pick(CALLS),
      peer: dice.pick(CALLS),
      signal: dice.flag()
        ? { kind: 'description', type: dice.pick(['offer', 'answer']), sdp, media: { '0': media } }
        : { kind: 'candidate', candidate: '', sdpMid: '0' },
    };
  },
  'recording.start': () => ({}),
  'recording.stop': () => ({}),
  'clock.read': () => ({}),
};

import { expect, test } from 'vitest';
import type { ConnectionState, RoomConnection, RoomView } from '../../../src/client/index.ts';
import { DEFAULT_POLICY, type Member, type RoomEvent } from '../../../src/protocol/index.ts';
import { Activity } from '../../../web/src/room/activity.ts';

const member = (id: string, name: string): Member => ({
  id,
  name,
  role: 'member',
  account: null,
  presence: 'online',
  joinedAt: 0,
  rights: {},
});

/** A room that does as it is told; events come after the state has changed, as the SDK does it. */
function roomWith(...people: Member[]) {
  const [self] = people;
  const listeners = {
    change: new Set<() => void>(),
    event: new Set<(event: RoomEvent) => void>(),
    connection: new Set<(event: never) => void>(),
  };
  let state = {
    self,
    names: new Map(people.map((person) => [person.id, person.name])),
    members: new Map(people.map((person) => [person.id, person])),
    policy: DEFAULT_POLICY,
    room: { name: 'Tea' },
  } as unknown as RoomView;
  const room = {
    get state() {
      return state;
    },
    subscribe: (listener: () => void) => {
      listeners.change.add(listener);
      return () => listeners.change.delete(listener);
    },
    on: (name: string, listener: (event: RoomEvent) => void) => {
      if (name === 'event') listeners.event.add(listener);
      if (name === 'connection') listeners.connection.add(listener);
      return () => listeners.event.delete(listener);
    },
  } as unknown as Pick<RoomConnection, 'state' | 'subscribe' | 'on'>;
  const tell = (event: RoomEvent, members: Member[]) => {
    // Names stay when their bearers leave.
    state = {
      ...state,
      names: new Map([...state.names, ...members.map(({ id, name }) => [id, name] as const)]),
    };
    for (const listener of listeners.change) listener();
    for (const listener of listeners.event) listener(event);
  };
  /** The state changes without an event, as with a first frame. */
  const become = (change: Partial<RoomView>, connection?: Pick<ConnectionState, 'status'>) => {
    state = { ...state, ...change };
    for (const listener of listeners.change) listener();
    if (connection !== undefined) for (const listener of listeners.connection) listener(connection as never);
  };
  return { room, tell, become };
}

const ada = member('a', 'Ada');
const ben = member('b', 'Ben');
const contents = (activity: Activity) => activity.notices.map(({ id, at, ...content }) => content);

test('comings, goings and new names become lines', () => {
  const { room, tell } = roomWith(ada);
  const activity = new Activity(room);
  tell({ t: 'member.joined', seq: 1, at: 1, member: ben }, [ada, ben]);
  tell({ t: 'member.renamed', seq: 2, at: 2, member: 'b', name: 'Benjamin' }, [ada, member('b', 'Benjamin')]);
  tell({ t: 'member.left', seq: 3, at: 3, member: 'b', reason: 'timeout' }, [ada]);
  expect(contents(activity)).toEqual([
    { kind: 'joined', names: ['Ben'] },
    { kind: 'renamed', was: 'Ben', name: 'Benjamin' },
    { kind: 'lost', names: ['Benjamin'] },
  ]);
});

test('a change of the policy tells what was opened and what was locked, and nothing of what stays', () => {
  const { room, tell } = roomWith(ada);
  const activity = new Activity(room);
  tell(
    {
      t: 'policy.changed',
      seq: 1,
      at: 1,
      policy: { ...DEFAULT_POLICY, chat: false, screen: false, file: false },
    },
    [ada],
  );
  tell({ t: 'policy.changed', seq: 2, at: 2, policy: { ...DEFAULT_POLICY, screen: false, file: false } }, [
    ada,
  ]);
  expect(contents(activity)).toEqual([
    { kind: 'locked', permissions: ['chat', 'file', 'screen'] },
    { kind: 'opened', permissions: ['chat'] },
  ]);
});

test("one's own rights are told, others' are not", () => {
  const { room, tell } = roomWith(ada, ben);
  const activity = new Activity(room);
  tell({ t: 'rights.changed', seq: 1, at: 1, member: 'b', rights: { chat: 'denied' } }, [ada, ben]);
  tell({ t: 'rights.changed', seq: 2, at: 2, member: 'a', rights: { chat: 'denied', camera: 'granted' } }, [
    ada,
    ben,
  ]);
  tell({ t: 'rights.changed', seq: 3, at: 3, member: 'a', rights: { camera: 'granted' } }, [ada, ben]);
  expect(contents(activity)).toEqual([
    { kind: 'granted', permissions: ['camera'] },
    { kind: 'denied', permissions: ['chat'] },
    { kind: 'asRoom', permissions: ['chat'] },
  ]);
});

test('an account comes with its first device and goes with its last', () => {
  const { room, tell } = roomWith(ada, ben);
  const activity = new Activity(room);
  const device = (id: string): Member => ({ ...member(id, 'Cleo'), account: 'a_cleo' });
  const [laptop, phone] = [device('laptop'), device('phone')];
  tell({ t: 'member.joined', seq: 1, at: 1, member: laptop }, [ada, ben, laptop]);
  tell({ t: 'member.joined', seq: 2, at: 2, member: phone }, [ada, ben, laptop, phone]);
  tell({ t: 'member.left', seq: 3, at: 3, member: 'laptop', reason: 'left' }, [ada, ben, phone]);
  tell({ t: 'member.left', seq: 4, at: 4, member: 'phone', reason: 'timeout' }, [ada, ben]);
  expect(contents(activity)).toEqual([
    { kind: 'joined', names: ['Cleo'] },
    { kind: 'lost', names: ['Cleo'] },
  ]);
});

test("one's own role is told, others' are not", () => {
  const { room, tell } = roomWith(ada, ben);
  const activity = new Activity(room);
  tell({ t: 'role.changed', seq: 1, at: 1, member: 'b', role: 'viewer' }, [ada, ben]);
  tell({ t: 'role.changed', seq: 2, at: 2, member: 'a', role: 'cohost' }, [ada, ben]);
  expect(contents(activity)).toEqual([{ kind: 'role', role: 'cohost' }]);
});

test('who is put out, called or host, what is asked and what is said to all rooms is told', () => {
  const { room, tell, become } = roomWith(ada, ben);
  const poll = { id: 3, at: 3, question: 'Tea?', options: ['yes', 'no'], multiple: false, named: false };
  const asked = { ...poll, results: 'open' as const, closedAt: null };
  become({ polls: { all: new Map([[3, asked]]), own: new Map(), tallies: new Map() } });
  const activity = new Activity(room);
  tell({ t: 'hand.called', seq: 1, at: 1, member: 'b' }, []);
  tell(
    { t: 'host.changed', seq: 2, at: 2, member: 'b', previous: 'a', owner: 'b', reason: 'transferred' },
    [],
  );
  tell({ t: 'poll.opened', seq: 3, ...asked }, []);
  tell({ t: 'poll.closed', seq: 4, at: 4, poll: 3, counts: [1, 0], voters: 1 }, []);
  tell({ t: 'room.announced', seq: 5, at: 5, text: 'Come back', from: null }, []);
  tell({ t: 'member.left', seq: 6, at: 6, member: 'b', reason: 'removed' }, []);
  expect(contents(activity)).toEqual([
    { kind: 'called', name: 'Ben' },
    { kind: 'newHost', name: 'Ben' },
    { kind: 'pollOpened', question: 'Tea?' },
    { kind: 'pollClosed', question: 'Tea?' },
    { kind: 'announced', from: '', text: 'Come back' },
    { kind: 'putOut', names: ['Ben'] },
  ]);
});

test('nothing is heard after it was stopped', () => {
  const { room, tell } = roomWith(ada);
  const activity = new Activity(room);
  activity.stop();
  tell({ t: 'member.joined', seq: 1, at: 1, member: ben }, [ada, ben]);
  expect(activity.notices).toEqual([]);
});

test('who was sent to the lobby did not leave by themselves', () => {
  const { room, tell } = roomWith(ada, ben);
  const activity = new Activity(room);
  tell({ t: 'member.left', seq: 1, at: 1, member: 'b', reason: 'lobby' }, [ada]);
  expect(contents(activity)).toEqual([{ kind: 'sentOut', names: ['Ben'] }]);
});

test('what was unknown in the lobby is no change when one is let in', () => {
  const locked = { ...DEFAULT_POLICY, chat: false };
  const { room, tell, become } = roomWith(ada);
  become({ policy: { ...DEFAULT_POLICY, chat: false, camera: false, image: false } });
  const activity = new Activity(room);
  become({ policy: DEFAULT_POLICY }, { status: 'online' });
  tell({ t: 'policy.changed', seq: 1, at: 1, policy: locked }, [ada]);
  expect(contents(activity)).toEqual([{ kind: 'locked', permissions: ['chat'] }]);
});

test('in a group nobody comes or goes by opening it, but by belonging to it', () => {
  const { room, tell } = roomWith(ada, ben);
  const activity = new Activity(room, true);
  const person = { id: 'a_cleo', userName: 'cleo', name: 'Cleo', avatar: null };
  tell({ t: 'member.joined', seq: 1, at: 1, member: member('c', 'Cleo') }, [ada, ben, member('c', 'Cleo')]);
  tell({ t: 'member.left', seq: 2, at: 2, member: 'c', reason: 'left' }, [ada, ben]);
  tell({ t: 'group.enrolled', seq: 3, at: 3, person, role: 'member', enrolled: 3 }, []);
  tell({ t: 'group.left', seq: 4, at: 4, account: 'a_cleo', reason: 'left', enrolled: 2 }, []);
  // Nobody knows who that was.
  tell({ t: 'group.left', seq: 5, at: 5, account: 'a_dan', reason: 'left', enrolled: 1 }, []);
  expect(contents(activity)).toEqual([
    { kind: 'enrolled', names: ['Cleo'] },
    { kind: 'ceased', names: ['Cleo'] },
  ]);
});

import { asMember } from '../../../src/engine/feature.ts';
import { Outbox } from '../../../src/engine/outbox.ts';
import type { Directory } from '../../../src/platform/directory.ts';
import type { RingNews, RoomNews } from '../../../src/platform/room-news.ts';
import type { CreateRoom } from '../../../src/platform/room-rpc.ts';
import { fail, type GroupMeeting, type Outcome, type Person, succeed } from '../../../src/protocol/index.ts';
import { enrolPerson, foundGroup } from '../../../src/room-object/enrolment-commands.ts';
import { adoptMeeting } from '../../../src/room-object/features/meeting-room.ts';
import { openSession } from '../../../src/room-object/features/roster.ts';
import { GroupMeetings, type MeetingStub } from '../../../src/room-object/group-meeting-calls.ts';
import { groupMeetingFor } from '../../../src/room-object/group-meeting-rows.ts';
import type { People } from '../../../src/room-object/people.ts';
import { features } from '../../../src/room-object/registry.ts';
import { theRoom, toRoom } from '../../../src/room-object/tables.ts';
import { accountOf, idOf, Room, type Told } from './harness.ts';

/** Somebody as others see them, by their short name. */
export const personOf = (name: string): Person => ({
  id: accountOf(name).id,
  userName: name,
  name: accountOf(name).name,
  avatar: accountOf(name).avatar,
});

export const GROUP = 'grp-abcd-efg';

/** A group, made by the first of these people; the others belong to it. */
export function makeGroup([owner = 'ada', ...others]: readonly string[]): Room {
  const room = new Room(
    { code: GROUP, id: 'r_group', name: 'Team', whenEmpty: 'stay' },
    {},
    { people: true },
  );
  const rules = { joining: 'open', announcements: false, membersInvite: true, everybody: false } as const;
  room.perform(foundGroup, { owner: personOf(owner), ...rules });
  for (const name of others) room.perform(enrolPerson, { person: personOf(name), note: '' });
  room.take();
  return room;
}

/** What a class of the shell needs of an engine, of a room without one. */
export const engineOf = (room: Room) => ({
  state: room.state,
  perform: room.perform.bind(room),
  settled: () => Promise.resolve(),
  position: () => ({ seq: room.journal.last, private: 0 }),
  view: room.view,
  consistent: <T>(compute: () => T, answer: (value: T) => void) => answer(compute()),
});

/** A group, the rooms of its meetings and the people whom they tell: effects run through the executors of the real ones. */
export class GroupWorld {
  readonly group: Room;
  readonly rooms = new Map<string, Room>();
  /** Whoever is online, as the directory says. */
  online: string[] = [];
  /** What people's objects were told, by short names. */
  readonly told: { readonly to: string; readonly news: RoomNews }[] = [];
  /** Codes and accounts (short names) that can't be reached; `what` is the call, or that a room was `created`. */
  fails: (whom: string, what: string) => boolean = () => false;
  /** How often the directory was asked. */
  asked = 0;

  constructor(people: readonly string[]) {
    this.group = makeGroup(people);
    this.rooms.set(GROUP, this.group);
  }

  readonly people: People = {
    getByName: (account) => ({
      told: async (to, news) => {
        const name = account.slice(2).replace(/_+$/, '');
        if (to !== account || this.fails(name, news.kind)) throw new Error('unreachable');
        this.told.push({ to: name, news });
        return succeed(null);
      },
    }),
  };

  readonly directory = {
    enrolledOnline: async () => {
      this.asked += 1;
      if (this.fails('directory', 'online')) throw new Error('unreachable');
      return this.online.map((name) => accountOf(name).id);
    },
  } as Partial<Directory> as Directory;

  meetings(room: Room): GroupMeetings {
    const namespace = { getByName: (code: string) => this.#stub(code), jurisdiction: () => namespace };
    return new GroupMeetings({
      engine: () => engineOf(room),
      rooms: () => namespace,
      people: () => this.people,
      directory: () => this.directory,
      clock: { now: () => room.now },
    });
  }

  /** Carries out what waits, until nothing does; `after` seconds later. */
  async run(room: Room = this.group, after = 0): Promise<void> {
    room.now += after * 1_000;
    // What is told to the objects of single people about themselves is not looked at here.
    const others = Object.fromEntries(
      ['group.news', 'group.farewell', 'people.stay', 'people.hosted'].map((kind) => [kind, async () => {}]),
    );
    const outbox = new Outbox({
      state: room.state,
      executors: { ...others, ...this.meetings(room).executors },
      log: () => {},
      changed: () => {},
      perform: ({ command, data }) => {
        const commands = features.flatMap(({ internalCommands }) => internalCommands ?? []);
        const found = commands.find(({ name }) => name === command);
        if (found === undefined) throw new Error(`no command ${command}`);
        room.perform(found, data as never);
      },
    });
    for (;;) {
      const due = outbox.due(room.now);
      if (due.length === 0) return;
      outbox.start(due, room.now);
      await outbox.idle(10_000);
    }
  }

  /** Somebody starts a meeting, and it is made: the way in for members, its room, and what the group was told. */
  async start(
    name: string,
  ): Promise<{ readonly way: GroupMeeting; readonly room: Room; readonly told: Told[] }> {
    const done = this.group.command(name, { t: 'group.meet' });
    if (!done.ok) throw new Error(`${name} could not start a meeting: ${done.error.code}`);
    await this.run();
    const way = groupMeetingFor(this.group.state, 'member');
    const room = this.rooms.get(way?.code ?? '');
    if (way === undefined || room === undefined) throw new Error('no meeting was made');
    room.take();
    return { way, room, told: this.group.take().told };
  }

  /** At whom it rang, and with what. */
  rings(): { readonly to: string; readonly news: RingNews }[] {
    return this.told.flatMap(({ to, news }) => (news.kind === 'ring' ? [{ to, news }] : []));
  }

  /** Comes into a room with an account and, where one is shown, an invitation's hash. */
  enter(room: Room, name: string, inviteHash?: string): Outcome<unknown> {
    const shown = inviteHash === undefined ? {} : { inviteHash };
    const seat = room.admit(name, { account: name, ...shown });
    if (!seat.ok) return seat;
    const session = (room.member(name)?.session ?? 0) + 1;
    const fields = { member: idOf(name), ticket: `ticket ${name}`, session };
    return room.perform(openSession, fields, asMember(idOf(name)));
  }

  async #reach<T>(
    code: string,
    what: string,
    call: (meetings: GroupMeetings) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    if (this.fails(code, what)) throw new Error('unreachable');
    const room = this.rooms.get(code);
    return room === undefined ? fail('room_not_found') : call(this.meetings(room));
  }

  async #create(request: CreateRoom): ReturnType<MeetingStub['createRoom']> {
    const { code, meetingOf, policy = {}, ...fields } = request;
    if (this.fails(code, 'create')) throw new Error('unreachable');
    const known = this.rooms.get(code);
    if (known !== undefined)
      return theRoom(known.state).fingerprint === request.fingerprint
        ? succeed({ taken: false, room: toRoom(theRoom(known.state)) })
        : fail('idempotency_mismatch');
    const made = new Room(
      {
        id: `r_${code}`,
        code,
        name: fields.name,
        hostKeyHash: fields.hostKeyHash,
        fingerprint: fields.fingerprint,
        owner: fields.owner,
        capacity: fields.capacity,
        whenEmpty: fields.whenEmpty,
        policy,
      },
      {},
      { people: true },
    );
    made.now = this.group.now;
    if (meetingOf !== undefined) made.perform(adoptMeeting, meetingOf);
    this.rooms.set(code, made);
    if (this.fails(code, 'created')) throw new Error('the answer was lost');
    return succeed({ taken: false, room: toRoom(theRoom(made.state)) });
  }

  #stub(code: string): MeetingStub {
    return {
      createRoom: (request) => this.#create(request),
      meetingOver: (room, report) =>
        this.#reach(code, 'over', (meetings) => meetings.meetingOver(room, report)),
      endMeeting: (room) => this.#reach(code, 'end', (meetings) => meetings.endMeeting(room)),
      renewInvites: (room, old, invites) =>
        this.#reach(code, 'renew', (meetings) => meetings.renewInvites(room, old, invites)),
      callAnswered: (account, meeting, how) =>
        this.#reach(code, 'answered', (meetings) => meetings.callAnswered(account, meeting, how)),
    };
  }
}

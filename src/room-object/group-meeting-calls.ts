import type { Engine } from '../engine/engine.ts';
import { SYSTEM } from '../engine/feature.ts';
import { type Executor, follow } from '../engine/outbox.ts';
import type { Directory } from '../platform/directory.ts';
import type { GroupMeetingRpc, MeetingInvite, MeetingReport } from '../platform/group-meeting-rpc.ts';
import { inSlices, within } from '../platform/patience.ts';
import { type RoomNamespace, roomAddress } from '../platform/room-address.ts';
import type { RoomNews } from '../platform/room-news.ts';
import type { RoomRpc } from '../platform/room-rpc.ts';
import { fail, LIMITS, type Outcome, succeed } from '../protocol/index.ts';
import { makeChild } from './child-rooms.ts';
import { enrolledOf } from './enrolment-rows.ts';
import {
  callAnswered,
  meetingCalled,
  meetingFailed,
  meetingMade,
  meetingRenewed,
  meetingReported,
} from './features/group-meeting.ts';
import { endMeeting, renewInvites } from './features/meeting-room.ts';
import {
  MEETING_EFFECTS,
  type MeetingCreate,
  type MeetingEnd,
  type MeetingRenew,
  type MeetingRing,
  type MeetingStop,
} from './group-meeting-effects.ts';
import { groupOf, meetingIn, toInvites } from './group-meeting-rows.ts';
import type { People } from './people.ts';
import { drawInvite } from './prepare.ts';
import { memberTable, theRoom } from './tables.ts';

/** A room's object as a group's, or that of its meeting, sees it. */
export type MeetingStub = Pick<RoomRpc, 'createRoom'> & GroupMeetingRpc;
/** What is needed of an engine. */
type Room = Pick<Engine, 'state' | 'perform' | 'settled'>;

/** Tries after which a room that can't be made has failed. */
const TRIES = 5;
/** What ends something is tried for longer, about a day; after that it ends by itself. */
const TRIES_TO_END = 30;
/** ms after which a call that hangs is given up, so that it holds nobody else's up. */
const PATIENCE = 10_000;
/** The same for a call that rings at one of many. */
const PATIENCE_TO_RING = 3_000;
/** People who are called at the same time. */
const AT_ONCE = 25;

export interface GroupMeetingsOptions {
  readonly engine: () => Room | null;
  readonly rooms: () => RoomNamespace<MeetingStub> | undefined;
  readonly people: () => People | undefined;
  /** null: this server has none. */
  readonly directory: () => Directory | null;
  readonly clock: { now(): number };
  /** ms; for tests. */
  readonly patience?: number;
}

/** What a group's object, that of its meeting, and those of the people called to it have to do with each other. */
export class GroupMeetings implements GroupMeetingRpc {
  readonly #options: GroupMeetingsOptions;
  readonly executors: Readonly<Record<string, Executor>>;

  constructor(options: GroupMeetingsOptions) {
    this.#options = options;
    this.executors = {
      [MEETING_EFFECTS.create]: (data, _id, attempts) => this.#create(data as MeetingCreate, attempts),
      [MEETING_EFFECTS.ring]: (data) => this.#ring(data as MeetingRing),
      [MEETING_EFFECTS.stop]: (data) => this.#stop(data as MeetingStop),
      [MEETING_EFFECTS.renew]: (data) => this.#renew(data as MeetingRenew),
      [MEETING_EFFECTS.end]: (data, _id, attempts) => this.#end(data as MeetingEnd, attempts),
      [MEETING_EFFECTS.report]: (_data, _id, attempts) => this.#report(attempts),
    };
  }

  async meetingOver(room: string, report: MeetingReport): Promise<Outcome<null>> {
    const engine = this.#options.engine();
    // Only the group's own rooms know its id; who guesses finds no room.
    if (engine === null || theRoom(engine.state).id !== room) return fail('room_not_found');
    return this.#settle(engine, engine.perform(meetingReported, report, SYSTEM));
  }

  async endMeeting(room: string): Promise<Outcome<null>> {
    const engine = this.#options.engine();
    if (engine === null || groupOf(engine.state)?.room !== room) return fail('room_not_found');
    return this.#settle(engine, engine.perform(endMeeting, {}, SYSTEM));
  }

  async renewInvites(
    room: string,
    old: readonly string[],
    invites: readonly MeetingInvite[],
  ): Promise<Outcome<null>> {
    const engine = this.#options.engine();
    if (engine === null || groupOf(engine.state)?.room !== room) return fail('room_not_found');
    return this.#settle(engine, engine.perform(renewInvites, { old, invites }, SYSTEM));
  }

  async callAnswered(account: string, meeting: string, how: 'answered' | 'declined'): Promise<Outcome<null>> {
    const engine = this.#options.engine();
    if (engine === null) return fail('room_not_found');
    return this.#settle(engine, engine.perform(callAnswered, { account, meeting, how }, SYSTEM));
  }

  async #settle(engine: Room, done: Outcome<unknown>): Promise<Outcome<null>> {
    await engine.settled();
    return done.ok ? succeed(null) : done;
  }

  /** Makes the room of a meeting: the same one however often it is tried. */
  async #create({ meeting, endsAt }: MeetingCreate, attempts: number): ReturnType<Executor> {
    const { state } = this.#engine();
    const row = meetingIn(state);
    if (row?.meeting !== meeting) return;
    try {
      const room = theRoom(state);
      const code = await makeChild(
        room,
        {
          purpose: 'group meeting',
          id: meeting,
          request: {
            name: room.name,
            owner: row.from.id,
            capacity: room.capacity,
            whenEmpty: 'end',
            meetingOf: {
              code: room.code,
              room: room.id,
              meeting,
              from: row.from,
              endsAt,
              invites: toInvites(row.invites),
            },
          },
        },
        (request) => this.#within(this.#stub(request.code).createRoom(request)),
      );
      return follow(meetingMade, { meeting, code });
    } catch (error) {
      if (attempts + 1 < TRIES) throw error;
      return follow(meetingFailed, { meeting });
    }
  }

  /**
   * Calls those of the group who are online, but for whoever started it: in big groups those who were heard of last. Who
   * can't be reached is left out. Ringing twice is ringing once.
   */
  async #ring({ meeting, until }: MeetingRing): ReturnType<Executor> {
    const { state } = this.#engine();
    const row = meetingIn(state);
    const directory = this.#options.directory();
    const now = this.#options.clock.now();
    if (row?.meeting !== meeting || row.code === null || now >= until || directory === null) return;
    const room = theRoom(state);
    const online = await this.#within(directory.enrolledOnline(room.code, now));
    const group = { code: room.code, name: room.name };
    const call = { call: meeting, from: row.from, group, code: row.code, name: room.name, until };
    const accounts = online.filter((account) => account !== row.from.id).slice(0, LIMITS.ring);
    const rung = await inSlices(accounts, AT_ONCE, async (account) => {
      // They may have been taken out of the group since the directory was written.
      const role = enrolledOf(state, account)?.role;
      if (role === undefined) throw new Error('not of the group');
      const { secret } = row.invites[role === 'member' ? 'member' : 'cohost'];
      await this.#tell(account, { kind: 'ring', ...call, invite: secret });
    });
    return follow(meetingCalled, { meeting, accounts: rung, until });
  }

  /** Stops the ringing at those who were called. Whom that does not reach is rung at until the time is up. */
  async #stop({ meeting, accounts, until }: MeetingStop): Promise<void> {
    if (this.#options.clock.now() >= until) return;
    await inSlices(accounts, AT_ONCE, (account) => this.#tell(account, { kind: 'ring-over', call: meeting }));
  }

  /** Has the room of the meeting take other invitations. What was drawn and never told of, in a try before, opens it to nobody. */
  async #renew({ meeting }: MeetingRenew): ReturnType<Executor> {
    const { state } = this.#engine();
    const row = meetingIn(state);
    if (row?.meeting !== meeting || row.code === null) return;
    const { code } = row;
    const invites = { cohost: drawInvite(), member: drawInvite() };
    const old = toInvites(row.invites).map(({ id }) => id);
    const told = await this.#within(
      this.#stub(code).renewInvites(theRoom(state).id, old, toInvites(invites)),
    );
    if (told.ok) return follow(meetingRenewed, { meeting, invites });
    if (told.error.code === 'busy') throw new Error(told.error.message);
  }

  async #end({ code }: MeetingEnd, attempts: number): Promise<void> {
    const { id } = theRoom(this.#engine().state);
    await this.#say(attempts, () => this.#stub(code).endMeeting(id));
  }

  /** Tells the group that this meeting is over. */
  async #report(attempts: number): Promise<void> {
    const { state } = this.#engine();
    const group = groupOf(state);
    if (group === undefined) return;
    const report = { meeting: group.meeting, people: peopleIn(state) };
    await this.#say(attempts, () => this.#stub(group.code).meetingOver(group.room, report));
  }

  /** Says something to another room until it is heard. One that has ended or is gone needs nothing any more. */
  async #say(attempts: number, call: () => Promise<Outcome<null>>): Promise<void> {
    try {
      const told = await this.#within(call());
      if (!told.ok && told.error.code === 'busy') throw new Error(told.error.message);
    } catch (error) {
      if (attempts + 1 < TRIES_TO_END) throw error;
    }
  }

  async #tell(account: string, news: RoomNews): Promise<void> {
    const people = this.#options.people();
    if (people === undefined) throw new Error('no way to people');
    const told = await within(
      people.getByName(account).told(account, news),
      this.#options.patience ?? PATIENCE_TO_RING,
    );
    if (!told.ok) throw new Error(told.error.message);
  }

  #stub(code: string): MeetingStub {
    const rooms = this.#options.rooms();
    const address = rooms === undefined ? null : roomAddress(rooms, code);
    if (address === null) throw new Error('no way to other rooms');
    return address();
  }

  #engine(): Room {
    const engine = this.#options.engine();
    if (engine === null) throw new Error('the room is gone');
    return engine;
  }

  #within<T>(work: Promise<T>): Promise<T> {
    return within(work, this.#options.patience ?? PATIENCE);
  }
}

/** How many people were in this room; the devices of an account are one. */
function peopleIn(state: Room['state']): number {
  const people = new Set<string>();
  for (const { id, account, joinedAt } of state.table(memberTable).values())
    if (joinedAt > 0) people.add(account ?? id);
  return people.size;
}

import { effectTable } from '../../../src/engine/deadlines.ts';
import type { Carried } from '../../../src/engine/dispatcher.ts';
import type { NewGroup } from '../../../src/platform/group-rpc.ts';
import type { Outcome, Person, Standing } from '../../../src/protocol/index.ts';
import {
  enrolEverybody,
  enrolPerson,
  forgetAccount,
  foundGroup,
  type StandingHere,
  tellStanding,
  unenrolPerson,
} from '../../../src/room-object/enrolment-commands.ts';
import { NEWS_EFFECT } from '../../../src/room-object/enrolment-moves.ts';
import { type EnrolledRow, enrolledTable, groupPolicy } from '../../../src/room-object/enrolment-rows.ts';
import type { RoomVars } from '../../../src/room-object/settings.ts';
import { accountOf, Room } from './harness.ts';

/** Somebody as others see them, by a short name. */
export const cardOf = (name: string): Person => {
  const { id, avatar } = accountOf(name);
  return { id, userName: name, name: `${name} as registered`, avatar };
};

/** A group that Ada owns, and into which people come by their short names. */
export class Group extends Room {
  constructor(group: Partial<NewGroup> = {}, vars: RoomVars = {}) {
    const rules = { joining: 'open', announcements: false, membersInvite: false, everybody: false } as const;
    const asked: NewGroup = { owner: cardOf('ada'), ...rules, ...group };
    super(
      {
        whenEmpty: 'stay',
        capacity: 10_000,
        policy: groupPolicy(asked.announcements),
        ...(asked.owner === null ? {} : { owner: asked.owner.id }),
      },
      vars,
    );
    this.perform(foundGroup, asked);
    this.take();
  }

  enrol(name: string, note = ''): Outcome<Carried> {
    return this.perform(enrolPerson, { person: cardOf(name), note });
  }
  enrolAmong(name: string, role: 'admin' | 'member', group = 'All of us'): Outcome<Carried> {
    return this.perform(enrolEverybody, { person: cardOf(name), role, name: group });
  }
  unenrol(name: string): Outcome<Carried> {
    return this.perform(unenrolPerson, { account: accountOf(name).id });
  }
  forget(name: string): Outcome<Carried> {
    return this.perform(forgetAccount, { account: accountOf(name).id });
  }

  /** Somebody who belongs opens the group, with a device of their name unless another is named. */
  come(name: string, device = name): void {
    this.enter(device, { account: name });
  }
  /** These people belong, and have it open. */
  gather(...names: readonly string[]): void {
    for (const name of names) {
      this.enrol(name);
      this.come(name);
    }
    this.take();
  }

  row(name: string): Readonly<EnrolledRow> | undefined {
    return this.state.table(enrolledTable).get(accountOf(name).id);
  }
  /** Roles in the group, by short name, of those who belong. */
  roles(): Record<string, string> {
    const rows = Array.from(this.state.table(enrolledTable).values());
    return Object.fromEntries(rows.map(({ person, role }) => [person.userName ?? person.id, role]));
  }
  /** How somebody stands, as their own object asks. */
  standing(name: string): StandingHere {
    this.take();
    const done = this.perform(tellStanding, { account: accountOf(name).id });
    if (!done.ok) throw new Error(`${name}: ${done.error.code}`);
    return done.value.result as Omit<Standing, 'head'>;
  }
  /** Says something to all; its position. */
  say(name: string, text: string, mentions?: readonly string[]): number {
    const done = this.command(name, {
      t: 'chat.send',
      body: { kind: 'text', text },
      ...(mentions === undefined ? {} : { mentions: [...mentions] }),
    });
    if (!done.ok) throw new Error(`${name} could not say it: ${done.error.code} ${done.error.detail ?? ''}`);
    const seq = (JSON.parse(done.value.events[0] ?? '{}') as { seq?: number }).seq ?? 0;
    this.take();
    return seq;
  }
}

/** Who is to be told how they stand. */
export const toTell = (group: Group): string[] =>
  Array.from(group.state.table(effectTable).values())
    .filter(({ kind }) => kind === NEWS_EFFECT)
    .map(({ data }) => (data as { account: string }).account.slice(2).replace(/_+$/, ''));

import type { Glimpse, Joining, Outcome, Person, Standing } from '../protocol/index.ts';

/** What makes a new room a group. */
export interface NewGroup {
  /** null: it belongs to the server, and has admins only. */
  readonly owner: Person | null;
  readonly joining: Joining;
  readonly announcements: boolean;
  readonly membersInvite: boolean;
  /** Everybody on this server belongs to it; nobody leaves or deletes it. */
  readonly everybody: boolean;
}

/** How somebody stands after asking to belong. */
export type EnrolAnswer =
  | { readonly state: 'enrolled'; readonly standing: Standing }
  | { readonly state: 'asked' };

/** A group as somebody sees it: whole for whoever belongs to it. */
export type GroupLook = { readonly standing: Standing } | { readonly group: Glimpse };

/**
 * The calls to a group's object, from the Worker and from people's objects; the room of every other kind answers
 * `room_not_found`. Accounts are those that the Worker has verified, or people's own objects.
 */
export interface GroupRpc {
  /** Accepts an invitation, comes in where the group is open, or asks. Doing it twice does nothing more. */
  enrol(person: Person, note: string): Promise<Outcome<EnrolAnswer>>;
  /** Leaves, declines an invitation or withdraws a request. Where there was nothing, nothing happens. */
  unenrol(account: string): Promise<Outcome<null>>;
  /** What this account may know of the group. */
  look(account: string): Promise<Outcome<GroupLook>>;
  /** How somebody who belongs to it stands; `not_enrolled`: they do not. To look writes nothing. */
  standing(account: string): Promise<Outcome<Standing>>;
  /** Everybody's group alone: enrols somebody, or gives them the role and the group the name that the settings say. */
  enrolEverybody(person: Person, role: 'admin' | 'member', name: string): Promise<Outcome<null>>;
  /**
   * The account exists no longer: it is out, with all that it wrote, and who owned the group has an heir, or the group is
   * deleted. `removedAt` (ms): when it went; nothing happens to somebody who has come again, and into the group, since.
   */
  forgetAccount(account: string, removedAt?: number): Promise<Outcome<null>>;
}

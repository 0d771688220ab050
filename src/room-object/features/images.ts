import {
  apply,
  applyInternal,
  type Context,
  callOff,
  deadline,
  decide,
  type Feature,
  happen,
  internalCommand,
  internalEvent,
  note,
} from '../../engine/feature.ts';
import {
  deleteObject,
  findEarlier,
  findSameBytes,
  isUsedElsewhere,
  PENDING_MS,
  type PendingImage,
  tooMuch,
} from '../../engine/images.ts';
import type { ImageAsked, ImageMeta } from '../../platform/room-rpc.ts';
import { can, fail, type Outcome, succeed } from '../../protocol/index.ts';
import { isSamePerson } from '../account-rows.ts';
import { hasAuthority } from '../gate.ts';
import { findShared, imageTable, toSharedEvent } from '../image-rows.ts';
import { findPresent, type MemberRow, theRoom } from '../tables.ts';

/** Asks to share a picture. The acting member is its sender; `image` and `key` are new and random. */
export interface AskImage {
  readonly image: string;
  /** See `objectKey`. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly caption: string;
  /** An Idempotency-Key. */
  readonly request?: string;
  readonly n?: number;
  /** Bytes of one picture, and of all pictures of the room. */
  readonly limits: { readonly imageBytes: number; readonly roomBytes: number };
}

const imageAsked = internalEvent<{ readonly row: PendingImage }>('image.asked');
const imageStored = internalEvent<{ readonly image: string; readonly key: string; readonly hash: string }>(
  'image.stored',
);
const imageReplaced = internalEvent<{ readonly image: string }>('image.replaced');
const imageDropped = internalEvent<{ readonly image: string }>('image.dropped');

const deadlineOf = (image: string): string => `image:${image}`;

/** The sender as they are now: present, and with the right to share pictures. */
function permit({ state, actor }: Context<unknown>): Outcome<Readonly<MemberRow>> {
  if (theRoom(state).endedAt !== null) return fail('room_ended');
  const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
  if (member === undefined) return fail('member_gone');
  return can(member, theRoom(state).policy, 'image') ? succeed(member) : fail('not_allowed');
}

/** What follows when an upload comes to nothing. */
const drop = (row: Readonly<PendingImage>) => ({
  events: [note(imageDropped, { image: row.id })],
  effects: [deleteObject('dropped', row.key)],
  deadlines: [callOff(deadlineOf(row.id))],
});

/** Records a pending picture; its result is an `ImageAsked`. The same request again takes the place of a try under way. */
export const askImage = internalCommand<AskImage>('image.ask', (context) => {
  const { state, fields, now, actor } = context;
  if (theRoom(state).endedAt !== null) return fail('room_ended');
  if (actor.kind !== 'member' || findPresent(state, actor.id) === undefined) return fail('member_gone');
  const by = actor.id;
  const { image, key, size, caption, request, n, limits } = fields;

  const rows = Array.from(state.table(imageTable).values());
  const earlier = findEarlier(rows, by, fields);
  if (earlier?.state === 'removed') return fail('image_unknown');
  if (earlier?.state === 'shared') {
    if (earlier.size !== size || earlier.caption !== caption) return fail('idempotency_mismatch');
    return decide({ result: { state: 'shared', event: toSharedEvent(earlier) } satisfies ImageAsked });
  }

  const permitted = permit(context);
  if (!permitted.ok) return permitted;
  const refused = tooMuch(rows, earlier, by, size, { one: limits.imageBytes, all: limits.roomBytes });
  if (refused !== null) return { ok: false, error: refused };

  const row: PendingImage = {
    state: 'pending',
    id: image,
    key,
    by,
    caption,
    size,
    hash: null,
    replaced: false,
    request: request ?? null,
    n: n ?? null,
  };
  return decide({
    events: [
      ...(earlier === undefined ? [] : [note(imageReplaced, { image: earlier.id })]),
      note(imageAsked, { row }),
    ],
    deadlines: [deadline(deadlineOf(image), now + PENDING_MS, sweepImage, { image })],
    result: { state: 'pending', image, key } satisfies ImageAsked,
  });
});

/**
 * Tells everybody of a picture whose bytes are stored. Asks for the permission again: it may have been withdrawn
 * while the bytes came. What is refused here stays pending; give it up with `cancelImage`. Doing it twice is no error.
 */
export const shareImage = internalCommand<{ readonly image: string; readonly meta: ImageMeta }>(
  'image.share',
  (context) => {
    const { state, actor } = context;
    const { image, meta } = context.fields;
    const row = state.table(imageTable).get(image);
    if (row === undefined || row.state === 'removed') return fail('image_unknown');
    if (actor.kind !== 'member' || actor.id !== row.by) return fail('image_unknown');
    if (row.state === 'shared') return decide({});
    if (row.replaced) return fail('image_unknown');
    const permitted = permit(context);
    if (!permitted.ok) return permitted;
    if (meta.size !== row.size)
      return fail('image_broken_off', { detail: `${meta.size} of ${row.size} bytes` });

    const same = findSameBytes(state.table(imageTable).values(), meta.hash);
    const { type, size, width, height, hash } = meta;
    return decide({
      events: [
        note(imageStored, { image, key: same?.key ?? row.key, hash }),
        happen(
          'image.shared',
          { image, type, size, width, height, caption: row.caption },
          { by: row.by, ...(row.n === null ? {} : { n: row.n }) },
        ),
      ],
      effects: same === undefined ? [] : [deleteObject('duplicate', row.key)],
      deadlines: [callOff(deadlineOf(image))],
    });
  },
);

/** Gives up a pending picture: by its sender, or by the object itself. Nothing happens where there is none. */
export const cancelImage = internalCommand<{ readonly image: string }>(
  'image.cancel',
  ({ state, actor, fields }) => {
    const row = state.table(imageTable).get(fields.image);
    if (row?.state !== 'pending') return decide({});
    if (actor.kind === 'member' && actor.id !== row.by) return decide({});
    return decide(drop(row));
  },
);

/** The deadline of an upload that was asked for and never finished. */
export const sweepImage = internalCommand<{ readonly image: string }>('image.sweep', ({ state, fields }) => {
  const row = state.table(imageTable).get(fields.image);
  return decide(row?.state === 'pending' ? drop(row) : {});
});

/** Pictures: asked for, stored outside the room, shared by reference, removed. */
export const images: Feature = {
  name: 'images',
  tables: [imageTable],
  commands: {
    // The picture itself comes as a binary frame, which never gets here.
    'image.upload': () => fail('binary_unexpected', { detail: 'send image.upload as one binary frame' }),

    'image.remove': ({ state, actor, fields, log }) => {
      const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (actor.kind === 'member' && member === undefined) return fail('member_gone');
      const row = findShared(state, fields.image);
      if (row === undefined) return fail('image_unknown');
      if (member !== undefined && !isSamePerson(state, row.by, member.id) && !hasAuthority(member.role))
        return fail('role_required');
      const told = log.read(row.seq);
      return decide({
        events: [happen('image.removed', { image: row.id })],
        // What was written under it goes with it, from the log as well.
        rewrite:
          told === null || row.caption === ''
            ? []
            : [{ seq: row.seq, event: { ...told.event, caption: '' } }],
        effects: isUsedElsewhere(state.table(imageTable).values(), row)
          ? []
          : [deleteObject('removed', row.key)],
      });
    },
  },
  internalCommands: [askImage, shareImage, cancelImage, sweepImage],
  internalEvents: [imageAsked, imageReplaced, imageStored, imageDropped],
  apply: [
    applyInternal(imageAsked, (state, { row }) => {
      state.table(imageTable).set(row.id, row);
    }),
    applyInternal(imageReplaced, (state, { image }) => {
      const row = state.table(imageTable).get(image);
      if (row?.state !== 'pending') return;
      state.table(imageTable).set(image, { ...row, request: null, n: null, replaced: true });
    }),
    applyInternal(imageStored, (state, { image, key, hash }) => {
      const row = state.table(imageTable).get(image);
      if (row?.state === 'pending') state.table(imageTable).set(image, { ...row, key, hash });
    }),
    applyInternal(imageDropped, (state, { image }) => {
      state.table(imageTable).delete(image);
    }),
    apply('image.shared', (state, event) => {
      const { image, type, size, width, height, caption, seq, at } = event;
      const row = state.table(imageTable).get(image);
      if (row?.state !== 'pending' || row.hash === null) {
        throw new Error('a picture was shared before it was stored');
      }
      const { id, key, by, request, n, hash } = row;
      const sender = { id, by, request, n };
      const content = { key, hash, caption, type, size, width, height };
      state.table(imageTable).set(image, { state: 'shared', ...sender, ...content, seq, at });
    }),
    apply('image.removed', (state, { image }) => {
      const table = state.table(imageTable);
      const row = table.get(image);
      if (row === undefined) return;
      const { id, by, request, n } = row;
      if (request === null && n === null) table.delete(image);
      else table.set(image, { state: 'removed', id, by, request, n });
    }),
  ],
};

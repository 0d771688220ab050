import {
  apply,
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type EffectDraft,
  type Feature,
  type InternalCommand,
  internalCommand,
  internalEvent,
  type LogView,
  note,
  on,
} from '../../engine/feature.ts';
import {
  deleteObject,
  findEarlier,
  findSameBytes,
  isUsedElsewhere,
  PENDING_MS,
  tooMuch,
} from '../../engine/images.ts';
import type { StateView } from '../../engine/state.ts';
import type { ImageMeta } from '../../platform/room-rpc.ts';
import { fail } from '../../protocol/index.ts';
import {
  type DirectImageRow,
  directImageTable,
  findSent,
  imageOfMessage,
  type PendingDirectImage,
  type SentImage,
  toBody,
} from '../direct-image-rows.ts';
import { mayReach } from '../direct-items.ts';
import { conversationWith, findMessage } from '../direct-rows.ts';
import { sendMessage } from '../direct-sending.ts';
import { theSelf } from '../tables.ts';

/** Asks to send a picture; `image` and `key` are new and random. */
export interface AskDirectImage {
  readonly image: string;
  /** Where its bytes go, below `storePrefix`. */
  readonly key: string;
  readonly to: string;
  /** Bytes. */
  readonly size: number;
  readonly caption: string;
  /** An Idempotency-Key. */
  readonly request?: string;
  /** Bytes of one picture, and of all pictures of the person. */
  readonly limits: { readonly one: number; readonly all: number };
}

/** pending: bring the bytes to `key`, then share. shared: an earlier try of the same upload did. */
export type DirectImageAsked =
  | { readonly state: 'pending'; readonly image: string; readonly key: string }
  | { readonly state: 'shared'; readonly image: string };

const imageAsked = internalEvent<{ readonly row: PendingDirectImage }>('direct-image.asked');
const imageReplaced = internalEvent<{ readonly image: string }>('direct-image.replaced');
const imageStored = internalEvent<{ readonly row: SentImage }>('direct-image.stored');
const imageRemoved = internalEvent<{ readonly image: string }>('direct-image.removed');
const imageDropped = internalEvent<{ readonly image: string }>('direct-image.dropped');

const deadlineOf = (image: string): string => `direct-image ${image}`;

/** What follows when an upload comes to nothing. */
const drop = (row: Readonly<PendingDirectImage>) => ({
  events: [note(imageDropped, { image: row.id })],
  effects: [deleteObject('dropped', row.key)],
  deadlines: [callOff(deadlineOf(row.id))],
});

/** Pictures whose messages the log has lost go with them. */
function dropLost(state: StateView, log: LogView): Required<Pick<Decision, 'events' | 'effects'>> {
  const begins = log.begins();
  const rows = Array.from(state.table(directImageTable).values());
  const lost = rows.filter(
    (row): row is Readonly<SentImage> => row.state === 'shared' && row.seq !== null && row.seq < begins,
  );
  const kept = rows.filter((row) => !lost.some(({ id }) => id === row.id));
  const effects: EffectDraft[] = lost
    .filter((row) => !isUsedElsewhere(kept, row))
    .map((row) => deleteObject('lost', row.key));
  return { events: lost.map(({ id }) => note(imageDropped, { image: id })), effects };
}

/** Records a pending picture; its result is a `DirectImageAsked`. The same request again takes the place of a try under way. */
export const askDirectImage: InternalCommand<AskDirectImage> = internalCommand(
  'direct-image.ask',
  ({ state, fields, now, log }) => {
    const { image, key, to, size, caption, request, limits } = fields;
    const by = theSelf(state).id;
    const lost = dropLost(state, log);
    const rows = Array.from(state.table(directImageTable).values());
    const earlier = findEarlier<Readonly<DirectImageRow>>(rows, by, fields);
    if (earlier?.state === 'removed') return fail('image_unknown');
    if (earlier?.state === 'shared') {
      const isSame = earlier.size === size && earlier.caption === caption && earlier.to === to;
      if (!isSame) return fail('idempotency_mismatch');
      return decide({ result: { state: 'shared', image: earlier.id } satisfies DirectImageAsked });
    }
    const permitted = mayReach(state, to);
    if (!permitted.ok) return permitted;
    const counted = rows.filter(
      (row) => !lost.events.some(({ fields: of }) => 'image' in of && of.image === row.id),
    );
    const refused = tooMuch(counted, earlier, by, size, limits);
    if (refused !== null) return { ok: false, error: refused };
    const row: PendingDirectImage = {
      state: 'pending',
      id: image,
      key,
      by,
      to,
      caption,
      size,
      hash: null,
      replaced: false,
      request: request ?? null,
      n: null,
    };
    return decide({
      events: [
        ...lost.events,
        ...(earlier === undefined ? [] : [note(imageReplaced, { image: earlier.id })]),
        note(imageAsked, { row }),
      ],
      effects: lost.effects,
      deadlines: [deadline(deadlineOf(image), now + PENDING_MS, sweepDirectImage, { image })],
      result: { state: 'pending', image, key } satisfies DirectImageAsked,
    });
  },
);

/**
 * Sends a picture whose bytes are stored. Whether this person may write to the other is asked again: things may have
 * changed while the bytes came. What is refused here stays pending; give it up with `cancelDirectImage`. Doing it twice
 * is no error.
 */
export const shareDirectImage: InternalCommand<{ readonly image: string; readonly meta: ImageMeta }> =
  internalCommand('direct-image.share', ({ state, fields: { image, meta }, now, log }) => {
    const row = state.table(directImageTable).get(image);
    if (row === undefined || row.state === 'removed') return fail('image_unknown');
    if (row.state === 'shared') return decide({});
    if (row.replaced) return fail('image_unknown');
    const { to, caption, by, n, request } = row;
    const permitted = mayReach(state, to);
    if (!permitted.ok) return permitted;
    if (meta.size !== row.size)
      return fail('image_broken_off', { detail: `${meta.size} of ${row.size} bytes` });
    const same = findSameBytes(state.table(directImageTable).values(), meta.hash);
    const stored: SentImage = {
      state: 'shared',
      ...{ id: image, by, n, request, to, caption },
      ...meta,
      key: same?.key ?? row.key,
      number: conversationWith(state, to).sent + 1,
      seq: null,
    };
    const body = toBody(by, image, stored);
    const sent = sendMessage(state, log, { to, body, credentials: permitted.value }, now);
    return decide({
      events: [note(imageStored, { row: stored }), ...sent.events],
      effects: [...sent.effects, ...(same === undefined ? [] : [deleteObject('duplicate', row.key)])],
      deadlines: [callOff(deadlineOf(image))],
    });
  });

/** The event that told of a picture, as it reads now; that is its result. */
export const readDirectImage: InternalCommand<{ readonly image: string }> = internalCommand(
  'direct-image.read',
  ({ state, fields: { image }, log }) => {
    const row = findSent(state, image);
    const found =
      row === undefined
        ? null
        : findMessage(state, log, row.to, { from: theSelf(state).id, number: row.number });
    return found === null ? fail('image_unknown') : decide({ result: found.event });
  },
);

/** Gives up a pending picture. Nothing happens where there is none. */
export const cancelDirectImage: InternalCommand<{ readonly image: string }> = internalCommand(
  'direct-image.cancel',
  ({ state, fields }) => {
    const row = state.table(directImageTable).get(fields.image);
    return decide(row?.state === 'pending' ? drop(row) : {});
  },
);

/** The deadline of an upload that was never finished, or of a removed picture that nobody uploads again any more. */
export const sweepDirectImage: InternalCommand<{ readonly image: string }> = internalCommand(
  'direct-image.sweep',
  ({ state, fields: { image } }) => {
    const row = state.table(directImageTable).get(image);
    if (row?.state === 'pending') return decide(drop(row));
    return decide(row?.state === 'removed' ? { events: [note(imageDropped, { image })] } : {});
  },
);

/** Pictures in direct messages: asked for, stored outside the object, sent by reference, deleted with their message. */
export const directImages: Feature = {
  name: 'direct-images',
  tables: [directImageTable],
  commands: {},
  internalCommands: [askDirectImage, shareDirectImage, readDirectImage, cancelDirectImage, sweepDirectImage],
  internalEvents: [imageAsked, imageReplaced, imageStored, imageRemoved, imageDropped],
  apply: [
    applyInternal(imageAsked, (state, { row }) => state.table(directImageTable).set(row.id, row)),
    applyInternal(imageReplaced, (state, { image }) => {
      const row = state.table(directImageTable).get(image);
      if (row?.state !== 'pending') return;
      state.table(directImageTable).set(image, { ...row, request: null, replaced: true });
    }),
    applyInternal(imageStored, (state, { row }) => state.table(directImageTable).set(row.id, row)),
    apply('direct.sent', (state, { with: to, from, number, body, seq }) => {
      if (body.kind !== 'image' || from === to) return;
      const row = imageOfMessage(state, to, number);
      if (row !== undefined) state.table(directImageTable).set(row.id, { ...row, seq });
    }),
    applyInternal(imageRemoved, (state, { image }) => {
      const row = state.table(directImageTable).get(image);
      if (row === undefined) return;
      const { id, by, request, n, to } = row;
      state.table(directImageTable).set(image, { state: 'removed', id, by, request, n, to });
    }),
    applyInternal(imageDropped, (state, { image }) => state.table(directImageTable).delete(image)),
  ],
  on: [
    on('direct.deleted', ({ state, now }, { with: to, from, number }) => {
      const row = from === to ? undefined : imageOfMessage(state, to, number);
      if (row === undefined) return {};
      const isElsewhere = isUsedElsewhere(state.table(directImageTable).values(), row);
      return {
        events: [note(imageRemoved, { image: row.id })],
        effects: isElsewhere ? [] : [deleteObject('removed', row.key)],
        // Until then the same upload, sent again, must not put the picture back.
        deadlines: [deadline(deadlineOf(row.id), now + PENDING_MS, sweepDirectImage, { image: row.id })],
      };
    }),
  ],
};

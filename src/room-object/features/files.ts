import {
  apply,
  applyInternal,
  type Decision,
  decide,
  type EventDraft,
  type Feature,
  happen,
  on,
  onInternal,
  type ReactionContext,
} from '../../engine/feature.ts';
import { deleteObject } from '../../engine/images.ts';
import type { State, StateView } from '../../engine/state.ts';
import { fail, type Progress, partCount } from '../../protocol/index.ts';
import { isSamePerson } from '../account-rows.ts';
import {
  askFile,
  drop,
  dropUpload,
  fileStored,
  loseParts,
  loseUpload,
  mayFinish,
  openUpload,
  partStored,
  partsLost,
  recordPart,
  shareFile,
  sweepUpload,
  uploadAsked,
  uploadDropped,
  uploadOpened,
} from '../file-commands.ts';
import { filePage, filesShown } from '../file-lists.ts';
import {
  fileTable,
  findFile,
  isKeyUsedElsewhere,
  partKey,
  partTable,
  progressOf,
  type RemovedFile,
  type UploadRow,
  uploadOf,
  uploadTable,
} from '../file-rows.ts';
import { hasAuthority } from '../gate.ts';
import { memberBanned, sentOut } from '../internal-events.ts';
import { findPresent } from '../tables.ts';

/** ms between two words about how far the uploads of a member are. */
const TELL_EVERY = 1_000;
/** Removed files that are remembered, so that their upload, asked for once more, does not put them back. */
const REMOVED_KEPT = 1_000;

/** What was told last of a member's uploads; undefined: there is nothing to see. */
function told(state: StateView, member: string): { at: number; uploads: readonly Progress[] } | undefined {
  const latest = state.latest('file.progress', member);
  // The text is our own event, as it was told.
  return latest === undefined ? undefined : JSON.parse(latest.text);
}

function progress(state: StateView, member: string): EventDraft {
  const uploads = [...progressOf(state, member)];
  const forget = uploads.length === 0 ? { forget: true as const } : {};
  return happen('file.progress', { member, uploads }, { about: member, by: member, ...forget });
}

/** Nobody is told any more how far the uploads of somebody are who has left. */
const quiet = (member: string): EventDraft =>
  happen('file.progress', { member, uploads: [] }, { about: member, by: member, forget: true });

/** Tells how far an upload is, where its sender wishes, and not too often. */
function moved({ state, now }: ReactionContext, upload: string): Decision {
  const row = state.table(uploadTable).get(upload);
  if (row === undefined || !row.announce) return {};
  const before = told(state, row.by);
  return before !== undefined && now - before.at < TELL_EVERY ? {} : { events: [progress(state, row.by)] };
}

/** Takes an upload that is over out of what is told of its sender. */
const over = (state: StateView, upload: string, member: string): Decision =>
  told(state, member)?.uploads.some((one) => one.upload === upload) === true
    ? { events: [progress(state, member)] }
    : {};

/** What follows when these uploads come to nothing. */
function dropAll(rows: readonly Readonly<UploadRow>[]): Decision {
  const drops = rows.map(drop);
  return {
    events: drops.flatMap(({ events }) => events),
    effects: drops.flatMap(({ effects }) => effects),
    deadlines: drops.flatMap(({ deadlines }) => deadlines),
  };
}

/** Stops what is under way from those who may no more. */
const withdrawn = ({ state }: ReactionContext): Decision =>
  dropAll(Array.from(state.table(uploadTable).values()).filter((row) => !mayFinish(state, row)));

function deleteUpload(state: State, upload: string): void {
  const row = state.table(uploadTable).get(upload);
  if (row === undefined) return;
  state.table(uploadTable).delete(upload);
  for (let n = 0; n < partCount(row.size); n += 1) state.table(partTable).delete(partKey(upload, n));
}

/** Keeps the newest of the files that were removed: a room that lives for years would hold nothing else. */
function forgetRemoved(state: State): void {
  const table = state.table(fileTable);
  if (table.count('removed') <= REMOVED_KEPT) return;
  let oldest: RemovedFile | undefined;
  for (const row of table.among('removed'))
    if (row.state === 'removed' && row.at < (oldest?.at ?? Number.POSITIVE_INFINITY)) oldest = row;
  if (oldest !== undefined) table.delete(oldest.id);
}

/** Files: asked for, stored outside the room part by part, shared by reference, listed, removed. */
export const files: Feature = {
  name: 'files',
  tables: [uploadTable, partTable, fileTable],
  commands: {
    'file.list': ({ state, fields }) => decide({ result: filePage(state, fields) }),
    'file.remove': ({ state, actor, fields, log }) => {
      const row = findFile(state, fields.file);
      if (row === undefined) return fail('file_unknown');
      const member = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      const isOwn = member !== undefined && isSamePerson(state, member.id, row.by);
      if (member !== undefined && !isOwn && !hasAuthority(member.role)) return fail('role_required');
      const event = log.read(row.seq)?.event;
      return decide({
        events: [happen('file.removed', { file: row.id, size: row.size })],
        // A name can say as much as a text: it goes from the log as well.
        rewrite: event === undefined ? [] : [{ seq: row.seq, event: { ...event, name: '' } }],
        effects: row.key === null || isKeyUsedElsewhere(state, row) ? [] : [deleteObject('removed', row.key)],
      });
    },
  },
  internalCommands: [
    askFile,
    openUpload,
    recordPart,
    shareFile,
    loseParts,
    loseUpload,
    dropUpload,
    sweepUpload,
  ],
  internalEvents: [uploadAsked, uploadOpened, partStored, partsLost, uploadDropped, fileStored],
  apply: [
    applyInternal(uploadAsked, (state, { row }) => state.table(uploadTable).set(row.id, row)),
    applyInternal(uploadOpened, (state, { upload, multipart }) => {
      const row = state.table(uploadTable).get(upload);
      if (row !== undefined) state.table(uploadTable).set(upload, { ...row, multipart });
    }),
    applyInternal(partStored, (state, { upload, n, etag, hash, at }) =>
      state.table(partTable).set(partKey(upload, n), { etag, hash, at }),
    ),
    applyInternal(partsLost, (state, { upload, parts }) => {
      for (const n of parts) state.table(partTable).delete(partKey(upload, n));
    }),
    applyInternal(uploadDropped, (state, { upload }) => deleteUpload(state, upload)),
    applyInternal(fileStored, (state, { file, member, key, request }) =>
      state.table(fileTable).set(file, { state: 'stored', id: file, by: member, request, key }),
    ),
    apply('file.shared', (state, { file, name, type, size, hash, seq, at }) => {
      const stored = state.table(fileTable).get(file);
      if (stored?.state !== 'stored') throw new Error('a file was shared before it was stored');
      const { id, by, request, key } = stored;
      const row = { id, by, request, key, name, type, size, hash, seq, at };
      state.table(fileTable).set(file, { state: 'shared', ...row });
      deleteUpload(state, uploadOf(file));
    }),
    apply('file.removed', (state, { file, at }) => {
      const row = state.table(fileTable).get(file);
      if (row === undefined) return;
      const { id, by, request } = row;
      if (request === null) state.table(fileTable).delete(file);
      else state.table(fileTable).set(file, { state: 'removed', id, by, request, at });
      forgetRemoved(state);
    }),
  ],
  on: [
    onInternal(partStored, (context, { upload }) => moved(context, upload)),
    onInternal(uploadDropped, ({ state }, { upload, member }) => over(state, upload, member)),
    on('file.shared', ({ state }, { file, by }) => over(state, uploadOf(file), by ?? '')),
    on('policy.changed', withdrawn),
    on('rights.changed', withdrawn),
    on('role.changed', withdrawn),
    on('room.ended', withdrawn),
    // Also of those who are not there: what they began must not be shared by somebody who was put out.
    onInternal(memberBanned, withdrawn),
    onInternal(sentOut, withdrawn),
    on('group.left', withdrawn),
    on('member.left', (context, { member, reason }) => {
      if (reason === 'removed' || reason === 'lobby') return withdrawn(context);
      return told(context.state, member) === undefined ? {} : { events: [quiet(member)] };
    }),
    on('group.erased', ({ state }, { members }) =>
      dropAll(Array.from(state.table(uploadTable).values()).filter(({ by }) => members.includes(by))),
    ),
  ],
  snapshot: (state) => ({ files: filesShown(state) }),
};

/** The SDK: what a browser, a phone's web view or Node imports to be in a room, and to have an inbox. */
export type { Account } from '../protocol/accounts.ts';
export type { DirectMessage } from '../protocol/direct.ts';
export type { ErrorCode } from '../protocol/errors.ts';
export type { FileInfo } from '../protocol/files.ts';
export type { CreateResponse, StatusResponse } from '../protocol/http.ts';
export { LIMITS } from '../protocol/limits.ts';
export {
  can,
  type Media,
  type Permission,
  type Policy,
  type Rights,
  type Role,
} from '../protocol/permissions.ts';
export type { Person } from '../protocol/person.ts';
export type {
  CommandInput,
  CommandResult,
  CommandType,
  EventType,
  RoomCommandType,
  RoomEvent,
} from '../protocol/registry.ts';
export type { Room } from '../protocol/room.ts';
export type { Member } from '../protocol/roster.ts';
export type { Playback, WatchItem } from '../protocol/watch.ts';
export type { AccountOption, LoggedIn, LoginKeeper } from './account-option.ts';
export { type AccountStorage, Accounts, type AccountsOptions, avatarUrl } from './accounts.ts';
export { Calling } from './calling.ts';
export { type ClockEstimate, type ClockSample, estimateClock, ServerClock } from './clock.ts';
export type { ConnectionState, SocketConstructor, SocketLike, Timing } from './connection.ts';
export { type RoomRecords, roomRecords } from './downloads.ts';
export type { DownloadOptions } from './file-download.ts';
export type { ByteStream, FileInput } from './file-source.ts';
export { type FileUploadOptions, RoomFiles } from './files.ts';
export { ParleyError } from './http.ts';
export type { UploadOptions } from './images.ts';
export { Inbox, openInbox } from './inbox.ts';
export type {
  CallRoom,
  Conversation,
  GroupNews,
  InboxGroup,
  MessageRef,
  PersonPresence,
  Thread,
  Who,
} from './inbox-state.ts';
export {
  type InboxOptions,
  type InboxView,
  type SendingMessage,
  sendingTo,
  type Tick,
  tickOf,
  type Unread,
} from './inbox-view.ts';
export type { Missed, Told } from './loops.ts';
export type { UploadStorage } from './memory-storage.ts';
export type { PlayerLike } from './player.ts';
export type { Receipt } from './receipt.ts';
export type { Pending } from './receipts.ts';
export { joinRoom, RoomConnection } from './room.ts';
export type { JoinOptions, Resync, RoomView } from './room-view.ts';
export { type CreateOptions, createRoom, inviteLink, reopenRoom, roomStatus } from './rooms.ts';
export { Screening, type ScreeningOptions } from './screening.ts';
export type { TransferProgress } from './upload-meter.ts';
export type { MediaState, Message, Reactions } from './view.ts';
export type { Breakouts } from './view-breakouts.ts';
export type { CallStay, CallView } from './view-call.ts';
export type { FilesView, MemberUploads } from './view-files.ts';
export type { Meeting, Typing } from './view-meeting.ts';
export type { Poll, Polls, Tally } from './view-polls.ts';
export type { Viewer, WatchView } from './view-watch.ts';
export type { ScreeningStatus } from './viewing.ts';
export { Watching } from './watch.ts';

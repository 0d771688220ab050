/** The SDK: what a browser, a phone's web view or Node imports to be in a room, and to have an inbox. */
export {
  type AccountOption,
  type AccountStorage,
  Accounts,
  type AccountsOptions,
  avatarUrl,
  type LoggedIn,
} from './accounts.ts';
export { type ClockEstimate, type ClockSample, estimateClock, ServerClock } from './clock.ts';
export type { ConnectionState, SocketConstructor, SocketLike, Timing } from './connection.ts';
export type { DownloadOptions } from './file-download.ts';
export type { ByteStream, FileInput } from './file-source.ts';
export { type FileUploadOptions, RoomFiles } from './files.ts';
export { ParleyError } from './http.ts';
export type { UploadOptions } from './images.ts';
export { type CallRoom, Inbox, type MessageRef, openInbox, type Who } from './inbox.ts';
export type {
  Conversation,
  GroupNews,
  InboxGroup,
  PersonPresence,
  Thread,
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
export type { PlayerLike } from './player.ts';
export type { Receipt } from './receipt.ts';
export type { Pending } from './receipts.ts';
export { joinRoom, RoomConnection } from './room.ts';
export type { JoinOptions, Resync, RoomView } from './room-view.ts';
export { type CreateOptions, createRoom, inviteLink, reopenRoom, roomStatus } from './rooms.ts';
export { Screening, type ScreeningOptions } from './screening.ts';
export type { UploadStorage } from './upload-memory.ts';
export type { TransferProgress } from './upload-meter.ts';
export type { MediaState, Message, Reactions } from './view.ts';
export type { Breakouts } from './view-breakouts.ts';
export type { FilesView, MemberUploads } from './view-files.ts';
export type { Meeting, Typing } from './view-meeting.ts';
export type { Poll, Polls, Tally } from './view-polls.ts';
export type { Viewer, WatchView } from './view-watch.ts';
export type { ScreeningStatus } from './viewing.ts';
export { Watching } from './watch.ts';

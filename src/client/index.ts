/** The SDK: what a browser, a phone's web view or Node imports to be in a room. */
export type { ConnectionState, SocketConstructor, SocketLike, Timing } from './connection.ts';
export { ParleyError } from './http.ts';
export type { UploadOptions } from './images.ts';
export type { Pending } from './receipts.ts';
export { joinRoom, type Receipt, RoomConnection } from './room.ts';
export { type CreateOptions, createRoom, roomStatus } from './rooms.ts';
export type { JoinOptions, Resync, RoomView } from './session.ts';
export type { MediaState, Message } from './view.ts';

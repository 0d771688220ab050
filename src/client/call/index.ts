/** The call of a room: camera, microphone and screen. An entry of its own, so that who only chats need not load it. */
export type { Call, CallOptions } from './call.ts';
export type {
  CallMember,
  CallSelf,
  CallStatus,
  CallView,
  Line,
  Quality,
  Source,
  Taken,
  Tracks,
} from './call-view.ts';
export {
  type Device,
  type DeviceFailure,
  type DeviceKind,
  Devices,
  type DevicesOptions,
  type DevicesView,
  type Opened,
  type OpenedScreen,
  openDevices,
} from './devices.ts';
export type { Levels } from './levels.ts';
export { type Meter, openMeter } from './meter.ts';
export { openCall } from './open.ts';
export type {
  CallRoom,
  OpenTransport,
  PeerConnectionConstructor,
  Received,
  Transport,
  TransportContext,
} from './transport.ts';

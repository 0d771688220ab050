import { createApp } from './app.ts';

export { RoomObject } from '../room-object/room-object.ts';
export { UserObject } from '../user-object/user-object.ts';

export default createApp();

import { createApp } from './app.ts';

export { RoomObject } from '../room-object/room-object.ts';

export default createApp();

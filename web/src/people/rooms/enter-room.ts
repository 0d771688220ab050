import { navigate } from '../../app/router.tsx';
import { roomPath } from '../../app/routes.ts';
import { intend } from '../../room/intent.ts';

/** Goes straight into a room, past its door where the invitation allows it. */
export function enterRoom(code: string, name: string, invite?: string): void {
  intend(code, { name, ...(invite === undefined ? {} : { invite }) });
  navigate(roomPath(code));
}

import { useState } from 'react';
import type { RoomConnection } from '../../../src/client/index.ts';
import { later } from '../ui/later.tsx';
import type { Activity } from './activity.ts';
import { CallsProvider, useCalls } from './breakouts/calls.tsx';
import { Meeting } from './meeting.tsx';
import { RoomProvider, useView } from './room-context.tsx';
import type { Session } from './session.ts';

const BreakoutRoom = later(async () => (await import('./breakouts/breakout-room.tsx')).BreakoutRoom);
const Lobby = later(async () => (await import('./lobby/lobby.tsx')).Lobby);
const Over = later(async () => (await import('./connection/over.tsx')).Over);

type InsideProps = { session: Session; room: RoomConnection; activity: Activity; newHostKey: string | null };

/** The lobby and the meeting, until the connection is closed for good. */
export function Inside({ session, room, activity, newHostKey }: InsideProps) {
  return (
    <RoomProvider room={room} activity={activity}>
      <CallsProvider>
        <MeetingOrOver session={session} newHostKey={newHostKey} />
      </CallsProvider>
    </RoomProvider>
  );
}

function MeetingOrOver({ session, newHostKey }: Pick<InsideProps, 'session' | 'newHostKey'>) {
  const connection = useView((view) => view.connection);
  const place = useView((view) => view.waiting);
  const { inside, back } = useCalls();
  const [waited, setWaited] = useState(false);
  if (place !== null && !waited) setWaited(true);
  // The host key of a new room is shown once, and not again after coming back.
  const [key, setKey] = useState(newHostKey);
  if (connection.status === 'closed') return <Over session={session} closed={connection} />;
  if (place !== null) return <Lobby place={place} />;
  if (inside !== null) return <BreakoutRoom key={inside.token} call={inside} onBack={back} />;
  return <Meeting newHostKey={key} onHostKeySeen={() => setKey(null)} letIn={waited} />;
}

import { useState } from 'react';
import type { RoomConnection } from '../../../src/client/index.ts';
import type { Activity } from './activity.ts';
import { Over } from './connection/over.tsx';
import { Meeting } from './meeting.tsx';
import { RoomProvider, useView } from './room-context.tsx';
import type { Session } from './session.ts';

type InsideProps = { session: Session; room: RoomConnection; activity: Activity; newHostKey: string | null };

/** The meeting, until the connection is closed for good. */
export function Inside({ session, room, activity, newHostKey }: InsideProps) {
  return (
    <RoomProvider room={room} activity={activity}>
      <MeetingOrOver session={session} newHostKey={newHostKey} />
    </RoomProvider>
  );
}

function MeetingOrOver({ session, newHostKey }: Pick<InsideProps, 'session' | 'newHostKey'>) {
  const connection = useView((view) => view.connection);
  // The host key of a new room is shown once, and not again after coming back.
  const [key, setKey] = useState(newHostKey);
  if (connection.status === 'closed') return <Over session={session} closed={connection} />;
  return <Meeting newHostKey={key} onHostKeySeen={() => setKey(null)} />;
}

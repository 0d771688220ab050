import { useLayoutEffect, useState } from 'react';
import type { RoomConnection } from '../../../src/client/index.ts';
import { closeSettings } from '../settings/settings-open.ts';
import { later } from '../ui/later.tsx';
import { dropNotes } from '../ui/toast-queue.ts';
import type { WaitingProps } from '../ui/waiting.tsx';
import { WaitingPage } from '../ui/waiting-page.tsx';
import type { Activity } from './activity.ts';
import { CallsProvider, useCalls } from './breakouts/calls.tsx';
import { Meeting } from './meeting.tsx';
import { RoomProvider, useView } from './room-context.tsx';
import type { Session } from './session.ts';

const Waiting = (props: WaitingProps) => <WaitingPage title="door.titleUnknown" {...props} />;
const BreakoutRoom = later(async () => (await import('./breakouts/breakout-room.tsx')).BreakoutRoom, Waiting);
const Lobby = later(async () => (await import('./lobby/lobby.tsx')).Lobby, Waiting);
const Over = later(async () => (await import('./connection/over.tsx')).Over, Waiting);

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
  const isOver = connection.status === 'closed';
  // Whoever comes back from a breakout room has been let in long ago.
  const [waited, setWaited] = useState(false);
  const comesFromLobby = place !== null || (waited && inside === null);
  if (comesFromLobby !== waited) setWaited(comesFromLobby);
  useLayoutEffect(() => {
    if (!isOver) return;
    closeSettings();
    dropNotes();
  }, [isOver]);
  // The host key of a new room is shown once, and not again after coming back.
  const [key, setKey] = useState(newHostKey);
  if (connection.status === 'closed') return <Over session={session} closed={connection} />;
  if (place !== null) return <Lobby place={place} />;
  if (inside !== null) return <BreakoutRoom key={inside.token} call={inside} onBack={back} />;
  return <Meeting newHostKey={key} onHostKeySeen={() => setKey(null)} letIn={waited} />;
}

import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomConnection, RoomView } from '../../../src/client/index.ts';
import { can, DELETED_NAME, type Permission } from '../../../src/protocol/index.ts';
import type { Activity, Notice } from './activity.ts';

interface Place {
  readonly room: RoomConnection;
  readonly activity: Activity;
  /** Of everybody who was seen here. */
  readonly faces: Map<string, Face>;
}

const PlaceContext = createContext<Place | null>(null);

function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === null) throw new Error('unable to use the room; the component stands outside of RoomProvider');
  return place;
}

export function RoomProvider({ room, activity, children }: Omit<Place, 'faces'> & { children: ReactNode }) {
  const place = useMemo(() => ({ room, activity, faces: new Map<string, Face>() }), [room, activity]);
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

/** The connection, for doing things. */
export const useRoom = (): RoomConnection => usePlace().room;

/** A part of what is known of the room. `select` must pick, not build: what it returns is compared by identity. */
export function useView<T>(select: (view: RoomView) => T): T {
  const { room } = usePlace();
  return useSyncExternalStore(
    (listener) => room.subscribe(listener),
    () => select(room.state),
  );
}

export function useNotices(): readonly Notice[] {
  const { activity } = usePlace();
  return useSyncExternalStore(activity.subscribe, () => activity.notices);
}

/** Names by member id, also of those who have left; null of somebody in a large room who was never met. */
export function useNameOf(): (id: string) => string | null {
  const names = useView((view) => view.names);
  const { t } = useTranslation();
  return useMemo(
    () => (id: string) => {
      const name = names.get(id) ?? null;
      return name === DELETED_NAME ? t('chat.deletedAccount') : name;
    },
    [names, t],
  );
}

/** What a picture of somebody is made of: whose it is, and the path of it where there is one. */
export interface Face {
  readonly of: string;
  readonly picture: string | undefined;
}

/** Faces by member id, also of those who have left since. */
export function useFaceOf(): (id: string) => Face {
  const members = useView((view) => view.members);
  const { faces } = usePlace();
  return useMemo(() => {
    for (const { id, account, avatar } of members.values())
      faces.set(id, { of: account ?? id, picture: avatar });
    return (id) => faces.get(id) ?? { of: id, picture: undefined };
  }, [members, faces]);
}

/** Whether a member has left. In a large room not everybody is known, so nobody is said to have left. */
export function useHasLeft(): (id: string) => boolean {
  const members = useView((view) => view.members);
  const allKnown = useView((view) => view.members.size >= view.count);
  return useMemo(() => (id: string) => allKnown && !members.has(id), [members, allKnown]);
}

/** Whether you may do this now, by the rule that the server enforces. */
export const useCan = (permission: Permission): boolean =>
  useView((view) => can(view.self, view.policy, permission));

/** The host alone: gives roles and ends the meeting. */
export const useIsChief = (): boolean => useView(({ self }) => self.role === 'host');

/** Host or co-host. */
export const useIsHost = (): boolean => useView(({ self }) => self.role === 'host' || self.role === 'cohost');

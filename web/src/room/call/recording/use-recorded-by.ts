import { useView } from '../../room-context.tsx';
import { useRecorderState } from '../call-context.tsx';

/** The member who records; null: nobody. What this page does it knows better than the room, which may be told later. */
export function useRecordedBy(): string | null {
  const by = useView((view) => view.call.recording?.by ?? null);
  const self = useView((view) => view.self.id);
  const state = useRecorderState();
  const isMaking = state === 'starting' || state === 'on';
  return by === self && !isMaking ? null : by;
}

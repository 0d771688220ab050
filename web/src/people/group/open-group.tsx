import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomConnection } from '../../../../src/client/index.ts';
import { codeOf, describeError } from '../../app/errors.ts';
import { Activity } from '../../room/activity.ts';
import { RoomProvider } from '../../room/room-context.tsx';
import { memberTokens } from '../../room/storage.ts';
import { Button } from '../../ui/button.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { GroupOutside } from './group-outside.tsx';
import { GroupView } from './group-view.tsx';

type Stage =
  | { readonly at: 'coming' }
  | { readonly at: 'inside'; readonly room: RoomConnection; readonly activity: Activity }
  /** They do not belong to it. */
  | { readonly at: 'outside' }
  | { readonly at: 'failed'; readonly error: unknown };

/** ms before it is tried again by itself, once the inbox is connected: that comes back first. */
const AGAIN = 2_000;

type OpenGroupProps = { code: string; onBack: (() => void) | null };

/** A group: its chat for those who belong to it, and the way in for others. */
export function OpenGroup({ code, onBack }: OpenGroupProps) {
  const { t } = useTranslation();
  const [stage, again] = useGroupRoom(code);
  switch (stage.at) {
    case 'inside':
      return (
        <RoomProvider room={stage.room} activity={stage.activity}>
          <GroupView code={code} onBack={onBack} onAgain={again} />
        </RoomProvider>
      );
    case 'outside':
      return <GroupOutside code={code} onBack={onBack} onIn={again} />;
    default:
      return (
        <main className="flex min-w-0 flex-1 flex-col items-center justify-center gap-4 p-8 text-center">
          <p role="status" className="text-muted">
            {stage.at === 'coming'
              ? t('group.coming')
              : `${t('group.failed')}. ${describeError(t, stage.error)}`}
          </p>
          <div className="flex flex-wrap justify-center gap-3">
            {stage.at === 'failed' ? (
              <Button kind="primary" onClick={again}>
                {t('app.retry')}
              </Button>
            ) : null}
            {onBack === null ? null : <Button onClick={onBack}>{t('people.back')}</Button>}
          </div>
        </main>
      );
  }
}

/** The room of a group, from when it is shown to when it no longer is; in this tab always the same seat. */
function useGroupRoom(code: string): readonly [stage: Stage, again: () => void] {
  const inbox = useInbox();
  const [stage, setStage] = useState<Stage>({ at: 'coming' });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the same thing once more.
  useEffect(() => {
    let isOver = false;
    let close = () => {};
    setStage({ at: 'coming' });
    const token = memberTokens.get(code);
    inbox.openGroup(code, token === null ? {} : { token }).then(
      (room) => {
        if (isOver) return room.close();
        const keep = () => memberTokens.set(code, room.token);
        keep();
        room.subscribe(keep);
        const activity = new Activity(room, true);
        close = () => {
          activity.stop();
          room.close();
        };
        setStage({ at: 'inside', room, activity });
      },
      (error: unknown) => {
        if (isOver) return;
        const isOutside = codeOf(error) === 'not_enrolled';
        setStage(isOutside ? { at: 'outside' } : { at: 'failed', error });
      },
    );
    return () => {
      isOver = true;
      close();
    };
  }, [inbox, code, attempt]);

  const again = useCallback(() => setAttempt((count) => count + 1), []);
  useAgain(stage.at === 'failed' && codeOf(stage.error) === 'network', again);
  return [stage, again];
}

/** What failed for want of a network is tried again when there is one; what is refused is for the reader to see. */
function useAgain(isCut: boolean, again: () => void): void {
  const isOnline = useInboxView((view) => view.connection.status === 'online');
  useEffect(() => {
    if (!isCut || !isOnline) return;
    const timer = setTimeout(again, AGAIN);
    return () => clearTimeout(timer);
  }, [isCut, isOnline, again]);
}

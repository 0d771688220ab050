import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setTitle } from '../../app/title.ts';
import { ChatPanel } from '../../room/chat/chat-panel.tsx';
import { useDraft } from '../../room/chat/use-draft.ts';
import { FilesButton } from '../../room/files/files-button.tsx';
import { LiveRegion } from '../../room/live-region.tsx';
import { PollsButton } from '../../room/polls/polls-button.tsx';
import { ReactionPicker } from '../../room/reactions/reaction-picker.tsx';
import { useView } from '../../room/room-context.tsx';
import { Button } from '../../ui/button.tsx';
import { GroupHead } from './group-head.tsx';
import { GroupSheet, type GroupSheetName } from './group-sheet.tsx';
import { GroupCode } from './use-group.ts';
import { useGroupRead } from './use-group-read.ts';

type GroupViewProps = { code: string; onBack: (() => void) | null; onAgain: () => void };

/** The chat of a group that one belongs to, and what can be done in it. */
export function GroupView({ code, onBack, onAgain }: GroupViewProps) {
  const { t } = useTranslation();
  const name = useView((view) => view.room.name);
  const connection = useView((view) => view.connection);
  const draft = useDraft();
  const [sheet, setSheet] = useState<GroupSheetName | null>(null);
  useGroupRead();
  useEffect(() => setTitle(`${name} · ${t('app.name')}`), [name, t]);

  if (connection.status === 'closed')
    return (
      <main className="flex min-w-0 flex-1 flex-col items-center justify-center gap-4 p-8 text-center">
        <div role="status">
          <p className="text-base font-medium">{t('group.over')}</p>
          <p className="mt-1 text-sm text-muted">{t('group.overText')}</p>
        </div>
        <div className="flex flex-wrap justify-center gap-3">
          <Button kind="primary" onClick={onAgain}>
            {t('group.openAgain')}
          </Button>
          {onBack === null ? null : <Button onClick={onBack}>{t('people.back')}</Button>}
        </div>
      </main>
    );
  return (
    <GroupCode value={code}>
      <ChatPanel
        draft={draft}
        group={{ readOnly: t('group.announcementsOnly') }}
        top={<GroupHead onBack={onBack} onOpen={setSheet} />}
        bar={
          <fieldset aria-label={t('bar.title')} className="min-w-0 border-0 px-3 pb-1 sm:px-4">
            <div className="mx-auto flex max-w-3xl flex-wrap items-center gap-1">
              <ReactionPicker />
              <FilesButton />
              <PollsButton />
            </div>
          </fieldset>
        }
      />
      <LiveRegion />
      <GroupSheet open={sheet} onOpen={setSheet} />
    </GroupCode>
  );
}

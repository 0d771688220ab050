import { ArrowLeft, SlidersHorizontal, UserPlus, UsersRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useView } from '../../room/room-context.tsx';
import { IconButton } from '../../ui/button.tsx';
import { GroupFace } from './group-face.tsx';
import type { GroupSheetName } from './group-sheet.tsx';
import { MeetButton, MeetingLine } from './meeting.tsx';
import { useGroup, useGroupCode, useMayInvite } from './use-group.ts';

type GroupHeadProps = { onBack: (() => void) | null; onOpen: (sheet: GroupSheetName) => void };

/** What the group is called, and the ways to its people, settings and meeting. */
export function GroupHead({ onBack, onOpen }: GroupHeadProps) {
  const { t } = useTranslation();
  const code = useGroupCode();
  const name = useView((view) => view.room.name);
  const group = useGroup();
  const count = group?.enrolled ?? 0;
  const mayInvite = useMayInvite();
  return (
    <>
      <header className="flex items-center gap-1 border-b border-line bg-surface px-3 py-2 sm:gap-2 sm:px-4">
        {onBack === null ? null : (
          <IconButton label={t('people.back')} icon={ArrowLeft} className="-ml-2" onClick={onBack} />
        )}
        <span className="max-[26rem]:hidden">
          <GroupFace code={code} />
        </span>
        <div className="min-w-0 flex-1 pl-1">
          <h1 className="truncate text-base font-semibold tracking-tight">{name}</h1>
          <p className="truncate text-sm text-muted">{t('group.members', { count })}</p>
        </div>
        <MeetButton />
        <IconButton
          label={t('group.peopleCount', { count })}
          icon={UsersRound}
          onClick={() => onOpen('people')}
        />
        {mayInvite ? (
          // On a phone it stands with the people.
          <IconButton
            label={t('group.invite')}
            icon={UserPlus}
            className="max-sm:hidden"
            onClick={() => onOpen('invite')}
          />
        ) : null}
        <IconButton
          label={t('group.settings')}
          icon={SlidersHorizontal}
          className="-mr-2"
          onClick={() => onOpen('settings')}
        />
      </header>
      <MeetingLine />
    </>
  );
}

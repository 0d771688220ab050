import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { GroupInvite } from './group-invite.tsx';
import { GroupPeople } from './group-people.tsx';
import { GroupSettings } from './group-settings.tsx';

const SHEETS = {
  people: { title: 'group.people', Content: GroupPeople },
  invite: { title: 'group.inviteTitle', Content: GroupInvite },
  settings: { title: 'group.settings', Content: GroupSettings },
} as const;
export type GroupSheetName = keyof typeof SHEETS;

type GroupSheetProps = { open: GroupSheetName | null; onOpen: (sheet: GroupSheetName | null) => void };

/** The people of a group, whom to invite, or its settings, at the side. */
export function GroupSheet({ open, onOpen }: GroupSheetProps) {
  const { t } = useTranslation();
  return Object.entries(SHEETS).map(([name, { title, Content }]) => (
    <Dialog key={name} place="sheet" open={open === name} onClose={() => onOpen(null)} title={t(title)}>
      <Content onInvite={() => onOpen('invite')} />
    </Dialog>
  ));
}

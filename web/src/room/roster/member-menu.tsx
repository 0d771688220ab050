import { EllipsisVertical } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../../src/protocol/index.ts';
import { laterDialog } from '../../ui/later.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import type { MemberQuestion } from '../moderation/member-dialogs.tsx';

const MemberItems = laterDialog(async () => (await import('./member-items.tsx')).MemberItems);
const MemberDialogs = laterDialog(
  async () => (await import('../moderation/member-dialogs.tsx')).MemberDialogs,
);

type MemberMenuProps = {
  member: Member;
  /** Whom it is about, where it is read aloud. */
  label: string;
  onWriteTo: (member: string) => void;
  onRights: (member: string) => void;
};

/** What can be done with somebody, or with one of their devices. */
export function MemberMenu({ member, label, onWriteTo, onRights }: MemberMenuProps) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [question, setQuestion] = useState<MemberQuestion | null>(null);
  return (
    <>
      <MenuButton
        ref={button}
        open={open}
        label={t('roster.menu', { name: label })}
        icon={EllipsisVertical}
        className="text-muted"
        onClick={() => setOpen(true)}
      />
      <MemberItems
        open={open}
        onClose={() => setOpen(false)}
        anchor={button}
        member={member}
        onWriteTo={onWriteTo}
        onRights={onRights}
        onAsk={setQuestion}
      />
      <MemberDialogs
        open={question !== null}
        member={member}
        question={question}
        onClose={() => setQuestion(null)}
      />
    </>
  );
}

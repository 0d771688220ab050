import { Menu } from '@base-ui/react/menu';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../../src/protocol/index.ts';
import { menuItemClass } from '../../ui/menu.ts';
import { useIsChief } from '../room-context.tsx';
import type { MemberQuestion } from './member-dialogs.tsx';
import { useMayActOn } from './use-may-act.ts';

/** Handing over, removing and banning. Each asks first. */
export function AuthorityItems({
  member,
  onAsk,
}: {
  member: Member;
  onAsk: (question: MemberQuestion) => void;
}) {
  const { t } = useTranslation();
  const isChief = useIsChief();
  const mayAct = useMayActOn(member);
  const mayHandOver = isChief && member.role !== 'host';
  if (!mayAct && !mayHandOver) return null;
  return (
    <div className="mt-1 border-t border-line pt-1">
      {mayHandOver ? (
        <Menu.Item className={menuItemClass} onClick={() => onAsk('handover')}>
          {t('moderation.handover')}
        </Menu.Item>
      ) : null}
      {mayAct ? (
        <>
          <Menu.Item className={`${menuItemClass} text-danger`} onClick={() => onAsk('remove')}>
            {t('moderation.remove')}
          </Menu.Item>
          <Menu.Item className={`${menuItemClass} text-danger`} onClick={() => onAsk('ban')}>
            {t('moderation.ban')}
          </Menu.Item>
        </>
      ) : null}
    </div>
  );
}

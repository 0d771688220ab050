import { UsersRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from '../../app/router.tsx';
import { groupPath } from '../../app/routes.ts';
import { useInboxView } from '../inbox-context.ts';

/** In the meeting of a group: the way to its chat, for those who belong to it. */
export function GroupLink({ code }: { code: string }) {
  const { t } = useTranslation();
  const group = useInboxView(({ groups }) => groups.find((one) => one.group === code));
  if (group?.state !== 'enrolled') return null;
  const label = t('group.chatWith', { name: group.name });
  return (
    <Link
      href={groupPath(code)}
      aria-label={label}
      title={label}
      className="flex size-tap shrink-0 items-center justify-center rounded-lg hover:bg-accent-soft"
    >
      <UsersRound aria-hidden className="size-5" />
    </Link>
  );
}

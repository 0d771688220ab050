import { MessagesSquare } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../account/accounts.ts';
import { Link } from '../app/router.tsx';
import { PEOPLE_PATH } from '../app/routes.ts';
import { setUnread } from '../app/title.ts';
import { useNewCount } from './inbox-context.ts';

/** The way to people and chats, with how much is new there; nothing for guests. */
export function PeopleLink({ current = false }: { current?: boolean }) {
  const { t } = useTranslation();
  const account = useAccount();
  const count = useNewCount();
  if (account === null) return null;
  const label = count === 0 ? t('app.people') : t('app.peopleNew', { count });
  return (
    <Link
      href={PEOPLE_PATH}
      aria-label={label}
      title={label}
      aria-current={current ? 'page' : undefined}
      className="relative flex size-tap shrink-0 items-center justify-center rounded-lg hover:bg-accent-soft max-[22rem]:-mx-1 aria-[current=page]:text-accent"
    >
      <MessagesSquare aria-hidden className="size-5" />
      {count === 0 ? null : (
        <span
          aria-hidden
          className="absolute top-0 right-0 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-xs leading-none font-semibold text-on-accent"
        >
          {count}
        </span>
      )}
    </Link>
  );
}

/** Puts what is new into the title of the window. Shows nothing. */
export function UnreadTitle() {
  const count = useNewCount();
  useEffect(() => {
    setUnread(count);
    return () => setUnread(0);
  }, [count]);
  return null;
}

import { MessagesSquare } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AccountCorner } from '../account/account-corner.tsx';
import { navigate } from '../app/router.tsx';
import { type Opened, PEOPLE_PATH } from '../app/routes.ts';
import { setTitle } from '../app/title.ts';
import { TopBar } from '../ui/page.tsx';
import { useMedia } from '../ui/use-media.ts';
import { OpenPerson } from './chat/open-person.tsx';
import { OpenGroup } from './group/open-group.tsx';
import { InboxBanner } from './inbox-banner.tsx';
import { PeopleLists, type PeopleTab } from './list/people-lists.tsx';

const back = (): void => navigate(PEOPLE_PATH);

/** The lists, and beside them what is open; on a phone one or the other. */
export function PeopleView({ open }: { open: Opened | null }) {
  const { t } = useTranslation();
  const wide = useMedia('(min-width: 48rem)');
  const [tab, setTab] = useState<PeopleTab>(open?.kind === 'group' ? 'groups' : 'chats');
  useEffect(() => {
    if (open === null) setTitle(`${t('people.title')} · ${t('app.name')}`);
  }, [open, t]);
  const showsList = wide || open === null;
  const onBack = wide ? null : back;
  const List = open === null && !wide ? 'main' : 'aside';
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      {showsList ? (
        <TopBar className="border-b border-line bg-surface py-2" corner={<AccountCorner />} />
      ) : null}
      <InboxBanner />
      <div className="flex min-h-0 flex-1">
        {showsList ? (
          <List
            aria-label={t('people.list')}
            className="flex w-full min-w-0 shrink-0 flex-col bg-surface md:w-80 md:border-r md:border-line lg:w-96"
          >
            <PeopleLists tab={tab} onTab={setTab} open={open} />
          </List>
        ) : null}
        {open?.kind === 'person' ? (
          <OpenPerson key={open.account} account={open.account} onBack={onBack} />
        ) : open?.kind === 'group' ? (
          <OpenGroup key={open.code} code={open.code} onBack={onBack} />
        ) : wide ? (
          <main className="flex min-w-0 flex-1 flex-col items-center justify-center p-8 text-center">
            <MessagesSquare aria-hidden className="mb-3 size-10 text-muted" />
            <p className="text-base font-medium">{t('people.choose')}</p>
            <p className="mt-1 text-sm text-muted">{t('people.chooseHint')}</p>
          </main>
        ) : null}
      </div>
    </div>
  );
}

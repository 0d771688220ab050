import { Tabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Opened } from '../../app/routes.ts';
import { Badge } from '../../ui/badge.tsx';
import { invitations } from '../count.ts';
import { useInboxView } from '../inbox-context.ts';
import { Chats } from './chats.tsx';
import { Contacts } from './contacts.tsx';
import { Groups } from './groups.tsx';

const TABS = ['chats', 'groups', 'contacts'] as const;
export type PeopleTab = (typeof TABS)[number];

const isTab = (text: unknown): text is PeopleTab => TABS.some((tab) => tab === text);

type PeopleListsProps = { tab: PeopleTab; onTab: (tab: PeopleTab) => void; open: Opened | null };

/** Chats, groups and people, one list at a time. */
export function PeopleLists({ tab, onTab, open }: PeopleListsProps) {
  const { t } = useTranslation();
  const unread = useInboxView((view) => view.unread);
  const invited = useInboxView((view) => invitations(view.groups));
  const asking = useInboxView((view) => view.asking.length);
  const account = open?.kind === 'person' ? open.account : null;
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(next: unknown) => {
        if (isTab(next)) onTab(next);
      }}
      className="flex min-h-0 flex-1 flex-col"
    >
      <h1 className={open === null ? 'sr-only' : 'hidden'}>{t('people.title')}</h1>
      <Tabs.List
        activateOnFocus
        aria-label={t('people.tabs')}
        className="mx-3 mt-3 mb-2 flex gap-1 rounded-xl border border-line bg-canvas p-1"
      >
        <Tab value="chats" label={t('people.chats')}>
          <Badge count={unread.direct} label={t('people.unread', { count: unread.direct })} />
        </Tab>
        <Tab value="groups" label={t('people.groups')}>
          <Badge
            count={unread.groups + invited}
            label={t('people.news', { count: unread.groups + invited })}
          />
        </Tab>
        <Tab value="contacts" label={t('people.contacts')}>
          <Badge count={asking} label={t('people.requestsCount', { count: asking })} />
        </Tab>
      </Tabs.List>
      <Panel value="chats">
        <Chats open={account} />
      </Panel>
      <Panel value="groups">
        <Groups open={open?.kind === 'group' ? open.code : null} />
      </Panel>
      <Panel value="contacts">
        <Contacts open={account} />
      </Panel>
    </Tabs.Root>
  );
}

function Tab({ value, label, children }: { value: PeopleTab; label: string; children: ReactNode }) {
  return (
    <Tabs.Tab
      value={value}
      className="flex min-h-tap min-w-0 flex-1 items-center justify-center gap-1.5 rounded-lg px-2 text-sm font-medium text-muted hover:text-ink data-active:bg-raised data-active:text-ink data-active:shadow-sm"
    >
      <span className="truncate">{label}</span>
      {children}
    </Tabs.Tab>
  );
}

function Panel({ value, children }: { value: PeopleTab; children: ReactNode }) {
  return (
    <Tabs.Panel
      value={value}
      className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pt-1 pb-4 -outline-offset-2"
    >
      {children}
    </Tabs.Panel>
  );
}

import { Menu } from '@base-ui/react/menu';
import { EllipsisVertical, UserRoundPlus, UsersRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../../../../src/protocol/index.ts';
import { personPath } from '../../app/routes.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { menuItemClass, menuPopupClass } from '../../ui/menu.ts';
import { Face } from '../face.tsx';
import { useInboxView } from '../inbox-context.ts';
import { BlockedPeople } from '../person/blocked-people.tsx';
import { FindPeople } from '../person/find-people.tsx';
import { presenceText, UNSEEN } from '../presence-text.ts';
import { Empty } from './empty.tsx';
import { ListRow } from './list-row.tsx';
import { OnlineList } from './online-list.tsx';
import { sortContacts } from './order.ts';
import { AskedPeople, AskingPeople } from './requests.tsx';

/** People: who asks, the contacts, whom you have asked, and who is here now. */
export function Contacts({ open }: { open: string | null }) {
  const { t } = useTranslation();
  const contacts = useInboxView((view) => view.contacts);
  const presence = useInboxView((view) => view.presence);
  const sorted = useMemo(() => sortContacts(contacts, presence), [contacts, presence]);
  const [dialog, setDialog] = useState<'find' | 'blocked' | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <div className="mb-2 flex items-center justify-between px-3">
        <Button icon={UserRoundPlus} onClick={() => setDialog('find')}>
          {t('people.find')}
        </Button>
        <Menu.Root>
          <Menu.Trigger
            render={<IconButton label={t('people.menu')} icon={EllipsisVertical} className="text-muted" />}
          />
          <Menu.Portal>
            <Menu.Positioner align="end" sideOffset={4} className="z-10 outline-none">
              <Menu.Popup className={menuPopupClass}>
                <Menu.Item className={menuItemClass} onClick={() => setDialog('blocked')}>
                  {t('people.blocked')}
                </Menu.Item>
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      </div>
      <AskingPeople />
      {sorted.length === 0 ? (
        <Empty icon={UsersRound} text={t('people.noContacts')} hint={t('people.noContactsHint')} />
      ) : (
        <ul aria-label={t('people.contacts')} className="flex flex-col gap-0.5">
          {sorted.map((contact) => (
            <ContactRow key={contact.person.id} contact={contact} isOpen={contact.person.id === open} />
          ))}
        </ul>
      )}
      <AskedPeople />
      <OnlineList open={open} />
      <FindPeople open={dialog === 'find'} onClose={close} />
      <BlockedPeople open={dialog === 'blocked'} onClose={close} />
    </>
  );
}

function ContactRow({ contact: { person }, isOpen }: { contact: Contact; isOpen: boolean }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const seen = useInboxView((view) => view.presence.get(person.id)) ?? UNSEEN;
  return (
    <ListRow
      href={personPath(person.id)}
      current={isOpen}
      face={<Face person={person} presence={seen.status} />}
      name={person.name}
      line={presenceText(t, locale, seen, Date.now())}
    />
  );
}

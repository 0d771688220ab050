import { Menu } from '@base-ui/react/menu';
import { useTranslation } from 'react-i18next';
import { navigate } from '../../app/router.tsx';
import { personPath } from '../../app/routes.ts';
import { menuItemClass } from '../../ui/menu.ts';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { useContact } from '../person/use-person.ts';

/** In a room, at somebody with an account: to make them a contact, or to their conversation. */
export function ContactItem({ account, name }: { account: string; name: string }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const isSelf = useInboxView((view) => view.self.id === account);
  const state = useContact(account)?.state;
  const [, run] = useAction();
  if (isSelf) return null;

  async function ask(): Promise<void> {
    const isAsking = state === 'asking';
    if (await run(() => (isAsking ? inbox.accept(account) : inbox.ask(account))))
      toast(t(isAsking ? 'people.accepted' : 'people.asked', { name }));
  }

  return state === 'contact' ? (
    <Menu.Item className={menuItemClass} onClick={() => navigate(personPath(account))}>
      {t('people.openChat')}
    </Menu.Item>
  ) : (
    <Menu.Item className={menuItemClass} disabled={state === 'asked'} onClick={() => void ask()}>
      {t(state === 'asked' ? 'people.askedMark' : 'people.addContact')}
    </Menu.Item>
  );
}

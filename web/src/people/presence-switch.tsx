import { useTranslation } from 'react-i18next';
import { Section } from '../ui/section.tsx';
import { Switch } from '../ui/switch.tsx';
import { useChanges } from '../ui/use-action.ts';
import { useInbox, useInboxView } from './inbox-context.ts';

/** Whether others may see how one is. */
export function PresenceSwitch() {
  const { t } = useTranslation();
  const inbox = useInbox();
  const isShown = useInboxView((view) => view.visible);
  const run = useChanges();
  return (
    <Section title={t('presence.title')}>
      <Switch
        label={t('presence.show')}
        hint={t('presence.showHint')}
        checked={isShown}
        onChange={(show) => void run(() => inbox.showPresence(show))}
      />
    </Section>
  );
}

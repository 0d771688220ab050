import { ChartBarBig } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { later } from '../../ui/later.tsx';
import { BarButton } from '../bar-button.tsx';
import { useIsHost, useView } from '../room-context.tsx';

const PollsPanel = later(async () => (await import('./polls-panel.tsx')).PollsPanel);

/** The way to the polls, with the number of those that are open; not there while nobody has asked anything. */
export function PollsButton() {
  const { t } = useTranslation();
  const isHost = useIsHost();
  const polls = useView((view) => view.polls.all);
  const [shown, setShown] = useState(false);
  const open = [...polls.values()].filter(({ closedAt }) => closedAt === null).length;
  if (!isHost && polls.size === 0 && !shown) return null;
  return (
    <>
      <BarButton
        icon={ChartBarBig}
        label={t('polls.title')}
        word={t('bar.polls')}
        count={open}
        onClick={() => setShown(true)}
      />
      <Dialog place="sheet" title={t('polls.title')} open={shown} onClose={() => setShown(false)}>
        <PollsPanel />
      </Dialog>
    </>
  );
}

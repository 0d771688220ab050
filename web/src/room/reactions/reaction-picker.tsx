import { Smile } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { laterDialog } from '../../ui/later.tsx';
import { useAction } from '../../ui/use-action.ts';
import { BarButton } from '../bar-button.tsx';
import { useCan, useRoom } from '../room-context.tsx';

const ReactionPopover = laterDialog(async () => (await import('./reaction-popover.tsx')).ReactionPopover);

/** Sends everybody an emoji for a moment. */
export function ReactionPicker() {
  const { t } = useTranslation();
  const room = useRoom();
  const may = useCan('react');
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [, run] = useAction();
  const pick = (emoji: string) => {
    setOpen(false);
    void run(() => room.react(emoji));
  };
  return (
    <>
      <BarButton
        ref={button}
        icon={Smile}
        label={t(may ? 'reactions.title' : 'reactions.locked')}
        word={t('bar.react')}
        disabled={!may}
        aria-haspopup="dialog"
        aria-expanded={open && may}
        onClick={() => setOpen(!open)}
      />
      <ReactionPopover open={open && may} onClose={() => setOpen(false)} anchor={button} onPick={pick} />
    </>
  );
}

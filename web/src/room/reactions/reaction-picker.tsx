import { Popover } from '@base-ui/react/popover';
import { Smile } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../ui/use-action.ts';
import { BarButton } from '../bar-button.tsx';
import { useCan, useRoom } from '../room-context.tsx';
import { EmojiGrid } from './emoji-grid.tsx';

/** Sends everybody an emoji for a moment. */
export function ReactionPicker() {
  const { t } = useTranslation();
  const room = useRoom();
  const may = useCan('react');
  const [open, setOpen] = useState(false);
  const [, run] = useAction();
  const pick = (emoji: string) => {
    setOpen(false);
    void run(() => room.react(emoji));
  };
  return (
    <Popover.Root open={open && may} onOpenChange={setOpen}>
      <Popover.Trigger
        disabled={!may}
        render={<BarButton icon={Smile} label={t(may ? 'reactions.title' : 'reactions.locked')} />}
      />
      <Popover.Portal>
        <Popover.Positioner side="top" sideOffset={4} className="z-10">
          <Popover.Popup
            aria-label={t('reactions.title')}
            className="rounded-xl border border-line bg-raised p-1 shadow-lg outline-none"
          >
            <EmojiGrid onPick={pick} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

import { Popover } from '@base-ui/react/popover';
import { useTranslation } from 'react-i18next';
import type { MenuPlace } from '../../ui/menu-button.tsx';
import { EmojiGrid } from './emoji-grid.tsx';

type ReactionPopoverProps = MenuPlace & { onPick: (emoji: string) => void };

/** The emoji to choose from. It is loaded when it is opened. */
export function ReactionPopover({ open, onClose, anchor, onPick }: ReactionPopoverProps) {
  const { t } = useTranslation();
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next, { event }) => {
        // A press on the button is the button's own affair.
        const isButton = event.target instanceof Node && anchor.current?.contains(event.target) === true;
        if (!next && !isButton) onClose();
      }}
    >
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="top" sideOffset={4} className="z-10">
          <Popover.Popup
            finalFocus={anchor}
            aria-label={t('reactions.title')}
            className="rounded-xl border border-line bg-raised p-1 shadow-lg outline-none"
          >
            <EmojiGrid onPick={onPick} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

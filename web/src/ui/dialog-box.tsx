import { Dialog as Primitive } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';

export type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string | undefined;
  /** sheet: at the right edge, full height. center: a card in the middle. */
  place?: 'center' | 'sheet';
  /** What has the focus when it opens, except by touch, where a keyboard would come up; by default the first control. */
  initialFocus?: RefObject<HTMLElement | null> | undefined;
  /** What has it when it is closed; by default what had it before. */
  finalFocus?: RefObject<HTMLElement | null> | undefined;
  children: ReactNode;
};

const PLACES = {
  center:
    'top-1/2 left-1/2 max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 rounded-2xl data-ending-style:scale-95 data-ending-style:opacity-0 data-starting-style:scale-95 data-starting-style:opacity-0',
  sheet:
    'inset-y-0 right-0 w-full max-w-sm border-l data-ending-style:translate-x-full data-starting-style:translate-x-full',
} as const;

export function DialogBox({
  open,
  onClose,
  title,
  description,
  place = 'center',
  initialFocus,
  finalFocus,
  children,
}: DialogProps) {
  const { t } = useTranslation();
  return (
    <Primitive.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Primitive.Portal>
        <Primitive.Backdrop className="fixed inset-0 bg-scrim transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Primitive.Popup
          initialFocus={(how) => (how === 'touch' ? true : (initialFocus?.current ?? true))}
          finalFocus={() => finalFocus?.current ?? true}
          data-sheet={place === 'sheet' || undefined}
          className={`fixed flex flex-col overflow-hidden border-line bg-surface shadow-xl transition duration-200 outline-none ${PLACES[place]}`}
        >
          <div className="flex items-start justify-between gap-4 px-6 pt-4 pb-2">
            <Primitive.Title className="pt-1 text-lg font-semibold tracking-tight wrap-anywhere">
              {title}
            </Primitive.Title>
            <Primitive.Close render={<IconButton label={t('app.close')} icon={X} className="-mr-2" />} />
          </div>
          {/* Scrolls by keyboard too: it holds controls or takes the focus itself. */}
          <div className={`flex-1 overflow-y-auto px-6 pb-6 ${place === 'sheet' ? 'max-sm:pb-28' : ''}`}>
            {description === undefined ? null : (
              <Primitive.Description className="mb-4 text-sm text-muted">{description}</Primitive.Description>
            )}
            {children}
          </div>
        </Primitive.Popup>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

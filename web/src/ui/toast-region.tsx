import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';
import { takeNotes, useDrops, useWaitingNotes } from './toast-queue.ts';
import { useFullscreen } from './use-fullscreen.ts';

function List() {
  const { toasts, add, close } = Toast.useToastManager();
  const { t } = useTranslation();
  const drops = useDrops();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is done once for each time.
  useEffect(() => close(), [drops, close]);
  const waiting = useWaitingNotes();
  useEffect(() => {
    if (waiting.length === 0) return;
    for (const note of takeNotes()) add(note);
  }, [waiting, add]);
  return toasts.map((item) => (
    <Toast.Root
      key={item.id}
      toast={item}
      // What lies under a note can be pressed all the same.
      className="pointer-events-none rounded-xl border border-line bg-raised text-ink shadow-lg transition duration-200 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2 py-2 pr-2 pl-4">
        <div className="min-w-0 flex-1 py-2 text-sm">
          <Toast.Title className="font-medium wrap-anywhere" />
          <Toast.Description className="wrap-anywhere" />
        </div>
        <Toast.Close
          className="pointer-events-auto"
          render={<IconButton label={t('app.close')} icon={X} />}
        />
      </Toast.Content>
    </Toast.Root>
  ));
}

/** Where notes are shown. It is loaded with the first. */
export function ToastRegion() {
  const { t } = useTranslation();
  const fullscreen = useFullscreen();
  return (
    <Toast.Provider limit={3}>
      <Toast.Portal container={fullscreen ?? undefined}>
        <Toast.Viewport
          aria-label={t('app.notifications')}
          className="toasts fixed inset-x-4 z-10 mx-auto flex max-w-sm flex-col gap-2"
        >
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

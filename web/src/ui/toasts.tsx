import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';
import { useFullscreen } from './use-fullscreen.ts';

const manager = Toast.createToastManager();

/** Says something in passing. Screen readers read it when they come to a rest. */
export function toast(text: string, title?: string): void {
  // The title is the name of the note for screen readers, so there always is one.
  manager.add({ ...(title === undefined ? { title: text } : { title, description: text }), timeout: 6_000 });
}

function List() {
  const { toasts } = Toast.useToastManager();
  const { t } = useTranslation();
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

export function Toasts({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const fullscreen = useFullscreen();
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal container={fullscreen ?? undefined}>
        <Toast.Viewport
          aria-label={t('app.notifications')}
          className="fixed inset-x-4 top-16 z-10 mx-auto flex max-w-sm flex-col gap-2"
        >
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

import { Tabs } from '@base-ui/react/tabs';
import { type RefObject, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { useOffer } from './accounts.ts';
import { LogInForm } from './log-in-form.tsx';
import { RegisterForm } from './register-form.tsx';

type LogInDialogProps = {
  open: boolean;
  onClose: () => void;
  /** What has the focus afterwards. */
  finalFocus?: RefObject<HTMLElement | null>;
};

const tabClass =
  'min-h-tap flex-1 rounded-lg px-4 text-sm font-medium text-muted hover:text-ink data-active:bg-raised data-active:text-ink data-active:shadow-sm';

/** The ways to an account: one that is there, or, where the server takes new ones, a new one. */
export function LogInDialog({ open, onClose, finalFocus }: LogInDialogProps) {
  const { t } = useTranslation();
  const [isNew, setIsNew] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const close = () => {
    setIsNew(false);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t(isNew ? 'account.register' : 'account.logIn')}
      initialFocus={first}
      finalFocus={finalFocus}
    >
      <Ways first={first} isNew={isNew} onNew={setIsNew} onDone={close} />
    </Dialog>
  );
}

type WaysProps = {
  first: RefObject<HTMLInputElement | null>;
  isNew: boolean;
  onNew: (isNew: boolean) => void;
  onDone: () => void;
};

function Ways({ first, isNew, onNew, onDone }: WaysProps) {
  const { t } = useTranslation();
  const mayRegister = useOffer()?.registration === true;
  // What was written on one tab need not be written again on the other.
  const [userName, setUserName] = useState('');
  const form = { first, userName, onUserName: setUserName, onDone };
  if (!mayRegister) return <LogInForm {...form} />;
  const tab = isNew ? 'new' : 'known';
  return (
    <Tabs.Root value={tab} onValueChange={(next) => onNew(next === 'new')}>
      <Tabs.List
        activateOnFocus
        aria-label={t('account.ways')}
        className="mb-4 flex gap-1 rounded-xl border border-line bg-canvas p-1"
      >
        <Tabs.Tab value="known" className={tabClass}>
          {t('account.logIn')}
        </Tabs.Tab>
        <Tabs.Tab value="new" className={tabClass}>
          {t('account.register')}
        </Tabs.Tab>
      </Tabs.List>
      {/* One panel for both: two would stand side by side for as long as the first fades. */}
      <Tabs.Panel value={tab}>{isNew ? <RegisterForm {...form} /> : <LogInForm {...form} />}</Tabs.Panel>
    </Tabs.Root>
  );
}

import type { RefObject } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../src/protocol/index.ts';
import { useParts } from '../people/inbox-context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Section } from '../ui/section.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { Logins } from './logins.tsx';
import { NameForm } from './name-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { PictureForm } from './picture-form.tsx';

type AccountSheetProps = {
  account: Account;
  open: boolean;
  onClose: () => void;
  finalFocus: RefObject<HTMLElement | null>;
};

/** All that people can do about their account. */
export function AccountSheet({ account, open, onClose, finalFocus }: AccountSheetProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      place="sheet"
      open={open}
      onClose={onClose}
      title={t('account.account')}
      description={t('account.knownAs', { userName: account.userName })}
      finalFocus={finalFocus}
    >
      <Sections account={account} />
    </Dialog>
  );
}

function Sections({ account }: { account: Account }) {
  const { t } = useTranslation();
  const parts = useParts();
  const [deleting, setDeleting] = useState(false);
  // What was written into the question is forgotten when it is asked again.
  const [asked, setAsked] = useState(0);
  // A new password ends the other logins: the list is to be loaded anew.
  const [passwords, setPasswords] = useState(0);
  return (
    <>
      <Section title={t('account.pictureTitle')} text={t('account.pictureText')}>
        <PictureForm account={account} />
      </Section>
      <Section title={t('account.nameTitle')} text={t('account.nameText')}>
        <NameForm was={account.name} />
      </Section>
      {parts === null ? null : <parts.PresenceSwitch />}
      <Section title={t('account.passwordTitle')}>
        <PasswordForm userName={account.userName} onChanged={() => setPasswords((count) => count + 1)} />
      </Section>
      <Section title={t('account.loginsTitle')}>
        <Logins key={passwords} />
      </Section>
      <Section title={t('account.deleteTitle')} text={t('account.deleteText')}>
        <Button
          kind="danger"
          onClick={() => {
            setAsked((count) => count + 1);
            setDeleting(true);
          }}
        >
          {t('account.delete')}
        </Button>
        <DeleteAccount key={asked} open={deleting} onClose={() => setDeleting(false)} />
      </Section>
    </>
  );
}

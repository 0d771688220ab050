import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../src/protocol/index.ts';
import { PeopleLink } from '../people/people-link.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { laterDialog } from '../ui/later.tsx';
import { useAccount, useOffer } from './accounts.ts';
import { LogInDialog } from './log-in-later.ts';

/** Who is logged in, and the way to log in; nothing at all on a server without accounts. */
export function AccountCorner() {
  const { t } = useTranslation();
  const offer = useOffer();
  const account = useAccount();
  const [open, setOpen] = useState(false);
  // One of the two takes the place of the other, and the focus goes along.
  const control = useRef<HTMLButtonElement>(null);
  const wasThere = useRef(false);
  useEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    // What had the focus has gone with the account.
    if (wasThere.current && account === null && isLost) control.current?.focus();
    wasThere.current = account !== null;
  }, [account]);
  if (offer?.accounts !== true) return null;
  return (
    <>
      {account === null ? (
        <Button ref={control} onClick={() => setOpen(true)}>
          {t('account.logIn')}
        </Button>
      ) : (
        <>
          <PeopleLink />
          <AccountMenu account={account} control={control} />
        </>
      )}
      <LogInDialog open={open} onClose={() => setOpen(false)} finalFocus={control} />
    </>
  );
}

const AccountItems = laterDialog(async () => (await import('./account-items.tsx')).AccountItems);
const AccountSheet = laterDialog(async () => (await import('./account-sheet.tsx')).AccountSheet);

function AccountMenu({
  account,
  control,
}: {
  account: Account;
  control: RefObject<HTMLButtonElement | null>;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [sheet, setSheet] = useState(false);
  return (
    <>
      <button
        ref={control}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className="flex min-h-tap min-w-0 shrink items-center gap-2 rounded-lg px-2 text-sm font-medium hover:bg-accent-soft max-[22rem]:px-0"
      >
        <Avatar id={account.id} name={account.name} picture={account.avatar} />
        <span aria-hidden className="max-w-20 truncate sm:max-w-48">
          {account.name}
        </span>
        <span className="sr-only">{t('account.menu', { name: account.name })}</span>
      </button>
      <AccountItems
        open={open}
        onClose={() => setOpen(false)}
        anchor={control}
        onSheet={() => setSheet(true)}
      />
      <AccountSheet account={account} open={sheet} onClose={() => setSheet(false)} finalFocus={control} />
    </>
  );
}

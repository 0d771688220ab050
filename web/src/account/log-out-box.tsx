import '../room/call/texts.ts';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../ui/confirm.tsx';
import { useAction } from '../ui/use-action.ts';
import { accounts } from './accounts.ts';
import type { Left } from './recordings-left.ts';

type LogOutBoxProps = { open: boolean; onClose: () => void; left: Left | null };

/** Asks whoever logs out and leaves recordings behind: nobody who comes to this browser later is to find what others said. */
export function LogOutBox({ open, onClose, left }: LogOutBoxProps) {
  const { t } = useTranslation();
  const [busy, run] = useAction();
  const logOut = () =>
    run(async () => {
      try {
        await left?.forget();
      } finally {
        // What could not be deleted is shown to its owner alone.
        await accounts.logOut();
      }
    });
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={t('call.kept.logOutTitle')}
      text={t('call.kept.logOutText', { count: left?.count ?? 0 })}
      action={t('call.kept.logOutDo')}
      busy={busy}
      onConfirm={() => void logOut()}
    />
  );
}

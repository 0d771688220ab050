import { useTranslation } from 'react-i18next';
import { roomPath } from '../../app/routes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useView } from '../room-context.tsx';
import { CalendarLink } from './calendar-link.tsx';
import { Secret } from './secret.tsx';

/** How others come in. `hostKey`: of a room that was made just now; shown this once. */
export function InviteDialog({
  open,
  onClose,
  hostKey,
}: {
  open: boolean;
  onClose: () => void;
  hostKey: string | null;
}) {
  const { t } = useTranslation();
  const code = useView((view) => view.room.code);
  const opensAt = useView((view) => view.schedule?.opensAt ?? null);
  const isNew = hostKey !== null;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t(isNew ? 'invite.newTitle' : 'invite.title')}
      description={t(isNew ? 'invite.newText' : 'invite.text')}
    >
      <div className="flex flex-col gap-4">
        <Secret label={t('invite.code')} text={code} copy={t('invite.copyCode')} large />
        <Secret
          label={t('invite.link')}
          text={`${location.origin}${roomPath(code)}`}
          copy={t('invite.copyLink')}
        />
        {opensAt === null ? null : (
          <div>
            <CalendarLink code={code} />
          </div>
        )}
        {isNew ? (
          <Secret
            label={t('invite.hostKey')}
            text={hostKey}
            copy={t('invite.copyHostKey')}
            hint={t('invite.hostKeyHint')}
          />
        ) : null}
        {isNew ? (
          <Button kind="primary" className="self-end" onClick={onClose}>
            {t('invite.done')}
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}

import { useTranslation } from 'react-i18next';
import { roomPath } from '../../app/routes.ts';
import { useParts } from '../../people/inbox-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useMedia } from '../../ui/use-media.ts';
import { useView } from '../room-context.tsx';
import { CalendarLink } from './calendar-link.tsx';
import { Secret } from './secret.tsx';

/** Names of the machine on which the browser runs. */
const HERE: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

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
  const { code, name } = useView((view) => view.room);
  const parts = useParts();
  // On a phone the header has no place for it.
  const wide = useMedia('(min-width: 48rem)');
  const opensAt = useView((view) => view.schedule?.opensAt ?? null);
  const isNew = hostKey !== null;
  const isHere = HERE.has(location.hostname);
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
          hint={isHere ? t('invite.onlyHere') : undefined}
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
        {parts === null || wide ? null : <parts.RoomStar code={code} name={name} />}
        {parts === null ? null : <parts.InviteContacts code={code} name={name} />}
        {isNew ? (
          <Button kind="primary" className="self-end" onClick={onClose}>
            {t('invite.done')}
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}

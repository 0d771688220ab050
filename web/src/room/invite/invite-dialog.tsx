import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { roomPath } from '../../app/routes.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useView } from '../room-context.tsx';

function Secret({
  label,
  text,
  copy,
  hint,
  large = false,
}: {
  label: string;
  text: string;
  copy: string;
  hint?: string;
  large?: boolean;
}) {
  const id = useId();
  return (
    <div>
      <p id={id} className="mb-1 text-sm font-medium">
        {label}
      </p>
      <div className="flex items-center gap-2 rounded-lg border border-line bg-canvas p-1 pl-3">
        <output
          aria-labelledby={id}
          className={`min-w-0 flex-1 font-mono wrap-anywhere ${large ? 'text-lg whitespace-nowrap' : 'py-1 text-sm'}`}
        >
          {text}
        </output>
        <CopyButton text={text} label={copy} />
      </div>
      {hint === undefined ? null : <p className="mt-1 text-sm text-muted">{hint}</p>}
    </div>
  );
}

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

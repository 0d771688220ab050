import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Waiting } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom } from '../room-context.tsx';

type Who = Pick<Waiting, 'id' | 'name'> | 'all' | null;

/** Asks for the words to turn somebody away with. */
export function TurnAwayDialog({ who, onClose }: { who: Who; onClose: () => void }) {
  const { t } = useTranslation();
  // What it says does not change while it fades out.
  const [shown, setShown] = useState<Who>(who);
  if (who !== null && who !== shown) setShown(who);
  return (
    <Dialog
      open={who !== null}
      onClose={onClose}
      title={
        shown === 'all' || shown === null
          ? t('lobby.refuseAllAsk')
          : t('lobby.refuseAsk', { name: shown.name })
      }
    >
      {shown === null ? null : <TurnAwayForm who={shown} onDone={onClose} />}
    </Dialog>
  );
}

function TurnAwayForm({ who, onDone }: { who: NonNullable<Who>; onDone: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [reason, setReason] = useState('');
  const [busy, run] = useAction();

  async function turnAway(): Promise<void> {
    const text = reason.trim();
    const members = who === 'all' ? who : [who.id];
    if (await run(() => room.turnAway(members, text === '' ? undefined : text))) onDone();
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void turnAway();
      }}
    >
      <Field
        label={t('lobby.reason')}
        hint={t('lobby.reasonHint')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={500}
        autoComplete="off"
      />
      <Button type="submit" kind="danger" busy={busy} className="self-end">
        {t('lobby.refuse')}
      </Button>
    </form>
  );
}

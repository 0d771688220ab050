import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { navigate } from '../../app/router.tsx';
import { PEOPLE_PATH } from '../../app/routes.ts';
import { useRoom, useView } from '../../room/room-context.tsx';
import { memberTokens } from '../../room/storage.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox } from '../inbox-context.ts';
import { useGroup, useGroupCode } from './use-group.ts';

/** The way out of a group; for its owner, to delete it. */
export function LeaveGroup() {
  const { t } = useTranslation();
  const inbox = useInbox();
  const room = useRoom();
  const code = useGroupCode();
  const name = useView((view) => view.room.name);
  const isOwner = useGroup()?.role === 'owner';
  const [asking, setAsking] = useState(false);
  const [busy, run] = useAction();

  async function go(): Promise<void> {
    const done = await run(() => (isOwner ? room.send('group.delete', {}) : inbox.leaveGroup(code)));
    setAsking(false);
    if (!done) return;
    memberTokens.set(code, null);
    navigate(PEOPLE_PATH);
  }

  return (
    <section className="border-t border-line py-4">
      {isOwner ? <p className="mb-3 text-sm text-muted">{t('group.leaveOwner')}</p> : null}
      <Button kind={isOwner ? 'danger' : 'secondary'} onClick={() => setAsking(true)}>
        {t(isOwner ? 'group.delete' : 'group.leave')}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t(isOwner ? 'group.deleteAsk' : 'group.leaveAsk', { name })}
        text={t(isOwner ? 'group.deleteText' : 'group.leaveText')}
        action={t(isOwner ? 'group.deleteDo' : 'group.leaveDo')}
        busy={busy}
        onConfirm={() => void go()}
      />
    </section>
  );
}

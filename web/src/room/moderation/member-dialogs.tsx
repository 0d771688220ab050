import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS, type Member } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, inputClass } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom } from '../room-context.tsx';

/** What is asked before it is done to a member. */
export type MemberQuestion = 'remove' | 'ban' | 'handover';

type MemberDialogsProps = {
  open: boolean;
  member: Member;
  question: MemberQuestion | null;
  onClose: () => void;
};

export function MemberDialogs({ open, member, question, onClose }: MemberDialogsProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  const { name } = member;
  if (!open || question === null) return null;
  if (question === 'handover')
    return (
      <Confirm
        open
        onClose={onClose}
        title={t('moderation.handoverAsk', { name })}
        text={t('moderation.handoverText', { name })}
        action={t('moderation.handoverDo')}
        busy={busy}
        onConfirm={() => void run(() => room.transferHost(member.id)).then(onClose)}
      />
    );
  const isBan = question === 'ban';
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(isBan ? 'moderation.banAsk' : 'moderation.removeAsk', { name })}
      description={t(isBan ? 'moderation.banText' : 'moderation.removeText')}
    >
      <RemoveForm member={member.id} isBan={isBan} onDone={onClose} />
    </Dialog>
  );
}

/** Seconds for which new people from the same address can be refused. */
const ADDRESS = [
  { seconds: 0, label: 'moderation.addressNot' },
  { seconds: 3_600, label: 'moderation.addressHour' },
  { seconds: 86_400, label: 'moderation.addressDay' },
  { seconds: 604_800, label: 'moderation.addressWeek' },
] as const;

function RemoveForm({ member, isBan, onDone }: { member: string; isBan: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [reason, setReason] = useState('');
  const [seconds, setSeconds] = useState(0);
  const [busy, run] = useAction();

  async function removeMember(): Promise<void> {
    const text = reason.trim();
    const said = text === '' ? {} : { reason: text };
    const more = seconds === 0 ? said : { ...said, addressSeconds: seconds };
    if (await run(() => (isBan ? room.ban(member, more) : room.remove(member, said.reason)))) onDone();
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void removeMember();
      }}
    >
      <Field
        label={t('lobby.reason')}
        hint={t('lobby.reasonHint')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={LIMITS.reasonLength}
        autoComplete="off"
      />
      {isBan ? (
        <label className="block text-sm font-medium">
          {t('moderation.address')}
          <select
            value={seconds}
            onChange={(event) => setSeconds(Number(event.target.value))}
            className={`${inputClass} mt-1 font-normal`}
          >
            {ADDRESS.map((choice) => (
              <option key={choice.seconds} value={choice.seconds}>
                {t(choice.label)}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <Button type="submit" kind="danger" busy={busy} className="self-end">
        {t(isBan ? 'moderation.banDo' : 'moderation.removeDo')}
      </Button>
    </form>
  );
}

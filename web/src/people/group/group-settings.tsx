import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoom, useView } from '../../room/room-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Switch } from '../../ui/switch.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction, useChanges } from '../../ui/use-action.ts';
import { checkRoomName } from '../../ui/validate.ts';
import { JoiningSelect } from './joining-select.tsx';
import { LeaveGroup } from './leave-group.tsx';
import { useGroup, useMayDecide } from './use-group.ts';

/** What the group is called and who may do what in it, for those who decide; and the way out, for everybody. */
export function GroupSettings() {
  const mayDecide = useMayDecide();
  const group = useGroup();
  if (group === null) return null;
  return (
    <>
      {mayDecide && !group.everybody ? <Rules /> : null}
      {group.everybody ? null : <LeaveGroup />}
    </>
  );
}

function Rules() {
  const { t } = useTranslation();
  const room = useRoom();
  const group = useGroup();
  const run = useChanges();
  if (group === null) return null;
  return (
    <>
      <NameForm />
      <div className="my-4 border-t border-line pt-4">
        <JoiningSelect
          value={group.joining}
          onChange={(joining) => void run(() => room.send('group.settings', { joining }))}
        />
        <Switch
          label={t('group.membersInvite')}
          checked={group.membersInvite}
          onChange={(membersInvite) => void run(() => room.send('group.settings', { membersInvite }))}
        />
        <Switch
          label={t('group.announcements')}
          hint={t('group.announcementsHint')}
          checked={group.announcements}
          onChange={(announcements) => void run(() => room.send('group.settings', { announcements }))}
        />
      </div>
    </>
  );
}

function NameForm() {
  const { t } = useTranslation();
  const room = useRoom();
  const was = useView((view) => view.room.name);
  const [name, setName] = useState(was);
  const [fault, setFault] = useState<ReturnType<typeof checkRoomName>>(null);
  const [busy, run] = useAction();

  async function save(): Promise<void> {
    const found = checkRoomName(name);
    setFault(found);
    if (found !== null || name.trim() === was) return;
    if (await run(() => room.send('group.settings', { name: name.trim() }))) toast(t('app.saved'));
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field
        label={t('group.name')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fault === null ? undefined : t(fault)}
        autoComplete="off"
        required
      />
      <Button type="submit" busy={busy} className="self-start">
        {t('app.save')}
      </Button>
    </form>
  );
}

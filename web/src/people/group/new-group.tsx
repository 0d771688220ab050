import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Joining } from '../../../../src/protocol/index.ts';
import { navigate } from '../../app/router.tsx';
import { groupPath } from '../../app/routes.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { faultsIn, useForm } from '../../ui/use-form.ts';
import { checkRoomName } from '../../ui/validate.ts';
import { useInbox } from '../inbox-context.ts';
import { JoiningSelect } from './joining-select.tsx';

export function NewGroup({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t('group.newTitle')} description={t('group.newText')}>
      <NewGroupForm onDone={onClose} />
    </Dialog>
  );
}

function NewGroupForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [name, setName] = useState('');
  const [joining, setJoining] = useState<Joining>('invite');
  const { form, busy, faults, submit } = useForm<'name'>();

  async function make(): Promise<void> {
    const fault = checkRoomName(name);
    await submit(faultsIn({ name: fault && t(fault) }), async () => {
      const { group } = await inbox.createGroup({ name: name.trim(), joining });
      onDone();
      navigate(groupPath(group));
    });
  }

  return (
    <form
      ref={form}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <Field
        label={t('group.name')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={faults.name}
        autoComplete="off"
        required
      />
      <JoiningSelect value={joining} onChange={setJoining} />
      {faults.whole === undefined ? null : <Alert>{faults.whole}</Alert>}
      <Button type="submit" kind="primary" busy={busy} className="self-end">
        {t(busy ? 'group.making' : 'group.make')}
      </Button>
    </form>
  );
}

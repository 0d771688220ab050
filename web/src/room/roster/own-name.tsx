import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../../ui/avatar.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { checkName } from '../../ui/validate.ts';
import { useCan, useRoom, useView } from '../room-context.tsx';

/** Your name and role, and the way to another name. */
export function OwnName() {
  const { t } = useTranslation();
  const self = useView((view) => view.self);
  const mayRename = useCan('rename');
  const [open, setOpen] = useState(false);
  return (
    <div className="flex items-center gap-3">
      <Avatar id={self.account ?? self.id} name={self.name} picture={self.avatar} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold">{self.name}</p>
        <p className="text-sm text-muted">{t(`role.${self.role}`)}</p>
      </div>
      <IconButton
        label={mayRename ? t('roster.rename') : t('roster.renameLocked')}
        icon={Pencil}
        disabled={!mayRename}
        onClick={() => setOpen(true)}
      />
      <Dialog open={open} onClose={() => setOpen(false)} title={t('roster.rename')}>
        <RenameForm was={self.name} onDone={() => setOpen(false)} />
      </Dialog>
    </div>
  );
}

function RenameForm({ was, onDone }: { was: string; onDone: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [name, setName] = useState(was);
  const [fault, setFault] = useState<ReturnType<typeof checkName>>(null);
  const [busy, run] = useAction();

  async function rename(): Promise<void> {
    const found = checkName(name);
    setFault(found);
    if (found === null && (await run(() => room.rename(name)))) onDone();
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void rename();
      }}
    >
      <Field
        label={t('roster.newName')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fault === null ? undefined : t(fault)}
        autoComplete="name"
        required
      />
      <Button type="submit" kind="primary" busy={busy} className="self-end">
        {t('app.save')}
      </Button>
    </form>
  );
}

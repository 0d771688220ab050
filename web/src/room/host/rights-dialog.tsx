import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../../src/protocol/index.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useChanges } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';
import { OFFERED, type Offered } from './offered.ts';

type RightsDialogProps = { open: boolean; member: string | null; onClose: () => void };

/** What one person may do, whatever the room says. */
export function RightsDialog({ open, member, onClose }: RightsDialogProps) {
  const { t } = useTranslation();
  const person = useView((view) => (member === null ? undefined : view.members.get(member)));
  const name = person?.name ?? '';
  return (
    <Dialog
      open={open && person !== undefined}
      onClose={onClose}
      title={t('host.rightsTitle', { name })}
      description={t('host.rightsText', { name })}
    >
      {person === undefined
        ? null
        : OFFERED.map((permission) => <Right key={permission} person={person} permission={permission} />)}
    </Dialog>
  );
}

const CHOICES = [
  { right: null, label: 'host.asRoom' },
  { right: 'granted', label: 'host.allow' },
  { right: 'denied', label: 'host.forbid' },
] as const;

function Right({ person, permission }: { person: Member; permission: Offered }) {
  const { t } = useTranslation();
  const room = useRoom();
  const name = useId();
  const run = useChanges();
  const now = person.rights[permission] ?? null;
  return (
    <fieldset className="border-t border-line py-3 first-of-type:border-t-0">
      <legend className="float-left mb-2 w-full text-sm font-medium">{t(`permission.${permission}`)}</legend>
      <div className="clear-both grid grid-cols-3 gap-1 rounded-lg border border-line bg-canvas p-1">
        {CHOICES.map(({ right, label }) => (
          <label
            key={label}
            className="flex min-h-8 cursor-pointer pointer-coarse:min-h-tap items-center justify-center rounded-md px-1 text-center text-sm has-checked:bg-accent has-checked:font-medium has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={now === right}
              onChange={() => void run(() => room.setRights(person.id, { [permission]: right }))}
            />
            {t(label)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

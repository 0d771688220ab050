import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Door, ENTRY_RULES, type EntryRule } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction, useChanges } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

const LABELS = {
  everybody: 'host.entryEverybody',
  known: 'host.entryKnown',
  invited: 'host.entryInvited',
  nobody: 'host.entryNobody',
} as const satisfies Record<EntryRule, string>;

const isEntryRule = (text: string): text is EntryRule => ENTRY_RULES.some((rule) => rule === text);

/** Who comes in, and how. What is shown is what the room says, not what was asked of it. */
export function DoorSettings() {
  const door = useView((view) => view.door);
  return door === null ? null : <Settings door={door} />;
}

function Settings({ door }: { door: Door }) {
  const { t } = useTranslation();
  const room = useRoom();
  const run = useChanges();
  const set = (change: Partial<Door>) => void run(() => room.setDoor(change));
  return (
    <>
      <Select
        label={t('host.entry')}
        value={door.entry}
        onChange={({ target }) => isEntryRule(target.value) && set({ entry: target.value })}
      >
        {ENTRY_RULES.map((rule) => (
          <option key={rule} value={rule}>
            {t(LABELS[rule])}
          </option>
        ))}
      </Select>
      <div className="pt-2">
        <Switch
          label={t('host.locked')}
          hint={t('host.lockedHint')}
          checked={door.locked}
          onChange={(locked) => set({ locked })}
        />
        <Switch
          label={t('host.waitForHost')}
          hint={t('host.waitForHostHint')}
          checked={door.waitForHost}
          onChange={(waitForHost) => set({ waitForHost })}
        />
        <Switch
          label={t('host.waitForSeat')}
          hint={t('host.waitForSeatHint')}
          checked={door.whenFull === 'wait'}
          onChange={(wait) => set({ whenFull: wait ? 'wait' : 'refuse' })}
        />
      </div>
      <MessageForm was={door.message} />
    </>
  );
}

function MessageForm({ was }: { was: string }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [message, setMessage] = useState(was);
  const [busy, run] = useAction();
  return (
    <form
      noValidate
      className="mt-2 flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => room.setDoor({ message: message.trim() })).then((ok) => ok && toast(t('app.saved')));
      }}
    >
      <Field
        label={t('host.doorMessage')}
        value={message}
        onChange={(event) => setMessage(event.target.value)}
        maxLength={500}
        autoComplete="off"
      />
      <Button type="submit" busy={busy} className="self-start">
        {t('app.save')}
      </Button>
    </form>
  );
}

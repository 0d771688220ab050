import { Camera } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatusResponse } from '../../../src/protocol/index.ts';
import { useAccount } from '../account/accounts.ts';
import { codeOf, describeError } from '../app/errors.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { later } from '../ui/later.tsx';
import { Switch } from '../ui/switch.tsx';
import { checkName } from '../ui/validate.ts';
import { PlainWaiting } from '../ui/waiting.tsx';
import { PreviewFrame } from './call/preview-frame.tsx';
import { readWish } from './call/wish.ts';
import type { Session } from './session.ts';
import { hostKeys, inviteSecrets, lastName } from './storage.ts';

export type DoorFormProps = {
  session: Session;
  status: StatusResponse;
  refusal: unknown;
  joining: boolean;
  elsewhere: boolean;
};

/** Refusals that say nothing any more once somebody has logged in. */
const LOG_IN_FIRST: ReadonlySet<string> = new Set(['account_required', 'login_required']);

/** Whether something was on at this door before. */
function wishes(meeting: string): boolean {
  const wish = readWish(meeting);
  return wish !== null && wish !== 'left';
}

/** Nobody loads it who comes without picture and sound. */
const Preview = later(
  async () => (await import('./call/preview.tsx')).Preview,
  (props) => (props.fault === null ? <PreviewFrame /> : <PlainWaiting {...props} />),
);

/** Who comes, and what they show to be let in. */
export function DoorForm({ session, status, refusal, joining, elsewhere }: DoorFormProps) {
  const { t } = useTranslation();
  const account = useAccount();
  const [written, setWritten] = useState<string | null>(null);
  // Another tab of a guest is another person; one of an account is another device of the same.
  const [lastGuest] = useState(() => (elsewhere ? '' : lastName.get()));
  const name = written ?? account?.name ?? lastGuest;
  const [fault, setFault] = useState<ReturnType<typeof checkName>>(null);
  const [hostKey, setHostKey] = useState('');
  const [passcode, setPasscode] = useState('');
  const isInvited = inviteSecrets.get(session.code) !== null;
  const keptKey = hostKeys.get(session.code);
  const [asHost, setAsHost] = useState(!elsewhere);
  const [previewing, setPreviewing] = useState(
    () => (wishes(session.code) ? 'before' : null) as 'before' | 'now' | null,
  );
  const [below, setBelow] = useState<HTMLElement | null>(null);
  const isAnswered = account !== null && LOG_IN_FIRST.has(codeOf(refusal) ?? '');

  return (
    <form
      noValidate
      className="mt-6 flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const found = checkName(name);
        setFault(found);
        const typed = hostKey.trim() === '' ? null : hostKey.trim();
        if (found === null)
          void session.join(name, keptKey === null ? typed : asHost ? keptKey : null, passcode);
      }}
    >
      <Field
        label={t('home.yourName')}
        value={name}
        onChange={(event) => setWritten(event.target.value)}
        error={fault === null ? undefined : t(fault)}
        autoComplete="name"
        required
      />
      {previewing === null ? (
        <Button icon={Camera} onClick={() => setPreviewing('now')}>
          {t('door.preview')}
        </Button>
      ) : (
        <Preview meeting={session.code} name={name} focused={previewing === 'now'} below={below} />
      )}
      {status.passcode === true && !isInvited && !(keptKey !== null && asHost) ? (
        <Field
          label={t('door.passcode')}
          hint={t('door.passcodeHint')}
          value={passcode}
          onChange={(event) => setPasscode(event.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
      ) : null}
      {isInvited ? <p className="text-sm text-muted">{t('door.invited')}</p> : null}
      {keptKey !== null ? (
        <Switch
          label={t('door.asHost')}
          hint={t(elsewhere ? 'door.asHostElsewhere' : 'door.asHostHint')}
          checked={asHost}
          onChange={setAsHost}
        />
      ) : (
        <details>
          <summary className="rounded-lg py-1 text-sm text-muted">{t('door.iAmHost')}</summary>
          <Field
            className="pt-2"
            label={t('door.hostKey')}
            hint={t('door.hostKeyHint')}
            value={hostKey}
            onChange={(event) => setHostKey(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </details>
      )}
      {refusal === null || isAnswered ? null : <Alert>{describeError(t, refusal)}</Alert>}
      <Button type="submit" kind="primary" busy={joining} className="self-start">
        {joining ? t('door.joining') : t('door.join')}
      </Button>
      <div ref={setBelow} className="flex flex-col gap-2 empty:hidden" />
    </form>
  );
}

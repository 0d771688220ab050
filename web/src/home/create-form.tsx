import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createRoom } from '../../../src/client/index.ts';
import { LIMITS } from '../../../src/protocol/index.ts';
import { accounts, useAccount, useOffer } from '../account/accounts.ts';
import { LogInDialog } from '../account/log-in-later.ts';
import { codeOf, describeError } from '../app/errors.ts';
import { navigate } from '../app/router.tsx';
import { roomPath } from '../app/routes.ts';
import { intend } from '../room/intent.ts';
import { hostKeys, lastName } from '../room/storage.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { fromLocalInput } from '../ui/local-time.ts';
import { Switch } from '../ui/switch.tsx';
import { checkName, checkRoomName, readCapacity } from '../ui/validate.ts';

type Wrong = { room?: string; name?: string; capacity?: string; whole?: string };

export function CreateForm() {
  const { t } = useTranslation();
  const [roomName, setRoomName] = useState('');
  const account = useAccount();
  const mayLogIn = useOffer()?.accounts === true;
  const [written, setWritten] = useState<string | null>(null);
  const [lastGuest] = useState(lastName.get);
  const name = written ?? account?.name ?? lastGuest;
  /** What a meeting is called that nobody gave a name. */
  const usual = t('home.roomNameUsual', { name: name.trim() });
  const [capacity, setCapacity] = useState('');
  const [opens, setOpens] = useState('');
  const [stay, setStay] = useState(false);
  const [apiKey, setApiKey] = useState<string | null>(null);
  const [wrong, setWrong] = useState<Wrong>({});
  const [busy, setBusy] = useState(false);
  const [needsAccount, setNeedsAccount] = useState(false);
  const [loggingIn, setLoggingIn] = useState(false);
  const submit = useRef<HTMLButtonElement>(null);

  function check(): Wrong {
    const found: Wrong = {};
    const roomFault = roomName.trim() === '' ? null : checkRoomName(roomName);
    const nameFault = checkName(name);
    if (roomFault !== null) found.room = t(roomFault);
    if (nameFault !== null) found.name = t(nameFault);
    if (readCapacity(capacity) === null) found.capacity = t('home.capacityWrong', { most: LIMITS.capacity });
    return found;
  }

  async function create(): Promise<void> {
    const faults = check();
    setWrong(faults);
    if (Object.keys(faults).length > 0) return;
    setBusy(true);
    try {
      const seats = readCapacity(capacity);
      const opensAt = fromLocalInput(opens);
      const { code, hostKey } = await createRoom({
        name: roomName.trim() === '' ? usual : roomName,
        whenEmpty: stay ? 'stay' : 'end',
        account: accounts,
        ...(seats === null || seats === 'default' ? {} : { capacity: seats }),
        ...(opensAt === null ? {} : { schedule: { opensAt } }),
        ...(apiKey === null || apiKey === '' ? {} : { apiKey }),
      });
      if (accounts.current === null) lastName.set(name);
      hostKeys.set(code, hostKey);
      intend(code, { name, hostKey });
      navigate(roomPath(code));
    } catch (error) {
      const refusal = codeOf(error);
      if (refusal === 'create_refused') setApiKey((key) => key ?? '');
      setNeedsAccount(refusal === 'account_required' || refusal === 'login_required');
      setWrong({ whole: describeError(t, error) });
      setBusy(false);
    }
  }

  return (
    <>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field
          label={t('home.roomName')}
          placeholder={name.trim() === '' ? t('home.roomNamePlaceholder') : usual}
          hint={t('home.roomNameHint')}
          value={roomName}
          onChange={(event) => setRoomName(event.target.value)}
          error={wrong.room}
          autoComplete="off"
        />
        <Field
          label={t('home.yourName')}
          value={name}
          onChange={(event) => setWritten(event.target.value)}
          error={wrong.name}
          autoComplete="name"
          required
        />
        {apiKey === null ? null : (
          <Field
            label={t('home.apiKey')}
            hint={t('home.apiKeyHint')}
            type="password"
            value={apiKey}
            onChange={(event) => setApiKey(event.target.value)}
            autoComplete="off"
          />
        )}
        <details
          className="rounded-lg border border-line px-4"
          open={wrong.capacity !== undefined || undefined}
        >
          <summary className="-mx-4 rounded-lg px-4 py-3 text-sm font-medium">{t('home.more')}</summary>
          <div className="flex flex-col gap-3 pb-3">
            <Field
              label={t('home.capacity')}
              hint={t('home.capacityHint')}
              error={wrong.capacity}
              inputMode="numeric"
              value={capacity}
              onChange={(event) => setCapacity(event.target.value)}
              autoComplete="off"
            />
            <Field
              type="datetime-local"
              label={t('host.opensAt')}
              hint={t('home.opensAtHint')}
              value={opens}
              onChange={(event) => setOpens(event.target.value)}
            />
            <Switch label={t('home.stay')} hint={t('home.stayHint')} checked={stay} onChange={setStay} />
          </div>
        </details>
        {wrong.whole === undefined ? null : <Alert>{wrong.whole}</Alert>}
        <div className="flex flex-wrap gap-3">
          <Button ref={submit} type="submit" kind="primary" busy={busy}>
            {busy ? t('home.creating') : t('home.create')}
          </Button>
          {needsAccount && mayLogIn && account === null ? (
            <Button onClick={() => setLoggingIn(true)}>{t('account.logIn')}</Button>
          ) : null}
        </div>
      </form>
      <LogInDialog
        open={loggingIn}
        onClose={() => {
          setLoggingIn(false);
          if (accounts.current !== null) setWrong({});
        }}
        finalFocus={submit}
      />
    </>
  );
}

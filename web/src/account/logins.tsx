import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LoginsResponse } from '../../../src/protocol/index.ts';
import { useFormatLocale } from '../app/use-format-locale.ts';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toasts.tsx';
import { useAction } from '../ui/use-action.ts';
import { accounts } from './accounts.ts';
import { readDevice } from './device-name.ts';

type Login = LoginsResponse['logins'][number];

/** Where they are logged in, and the ways to end it. It is asked for when it is shown. */
export function Logins() {
  const { t } = useTranslation();
  const [logins, setLogins] = useState<readonly Login[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [busy, run] = useAction();
  const list = useRef<HTMLUListElement>(null);
  const look = useCallback(async () => {
    setFailed(false);
    setFailed(!(await run(async () => setLogins(await accounts.logins()))));
  }, [run]);
  useEffect(() => void look(), [look]);

  const endOne = (id: string) =>
    run(async () => {
      await accounts.endLogin(id);
      setLogins((before) => before?.filter((login) => login.id !== id) ?? null);
      // The button that was pressed is gone.
      list.current?.focus();
    });
  const endOthers = () =>
    run(async () => {
      await accounts.endOtherLogins();
      setLogins((before) => before?.filter(({ current }) => current) ?? null);
      list.current?.focus();
      toast(t('account.othersEnded'));
    });

  if (failed && logins === null) return <Button onClick={() => void look()}>{t('app.retry')}</Button>;
  if (logins === null) return <p className="text-sm text-muted">{t('app.working')}</p>;
  return (
    <>
      <ul ref={list} tabIndex={-1} aria-label={t('account.loginsTitle')}>
        {logins.map((login) => (
          <LoginRow key={login.id} login={login} busy={busy} onEnd={() => void endOne(login.id)} />
        ))}
      </ul>
      {logins.length > 1 ? (
        <Button className="mt-2" busy={busy} onClick={() => void endOthers()}>
          {t('account.endOthers')}
        </Button>
      ) : null}
    </>
  );
}

function LoginRow({ login, busy, onEnd }: { login: Login; busy: boolean; onEnd: () => void }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const device = useDevice(login.device);
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
    login.createdAt,
  );
  return (
    <li className="flex min-h-12 items-center gap-3 border-t border-line py-2 first:border-t-0">
      <div className="min-w-0 flex-1">
        <p className="wrap-anywhere">{device}</p>
        <p className="text-sm text-muted">
          {login.current ? <span className="text-accent">{t('account.thisDevice')} · </span> : null}
          {t('account.loginSince', { time })}
        </p>
      </div>
      {login.current ? null : (
        <Button aria-label={t('account.endLoginOf', { device, time })} disabled={busy} onClick={onEnd}>
          {t('account.endLogin')}
        </Button>
      )}
    </li>
  );
}

/** A device in plain words; what it calls itself where nobody knows such a one. */
function useDevice(userAgent: string): string {
  const { t } = useTranslation();
  const { browser, system } = readDevice(userAgent);
  if (browser !== null && system !== null) return t('account.deviceBoth', { browser, system });
  return browser ?? system ?? (userAgent === '' ? t('account.deviceUnknown') : userAgent);
}

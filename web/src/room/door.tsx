import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatusResponse } from '../../../src/protocol/index.ts';
import { codeOf, describeError } from '../app/errors.ts';
import { Link } from '../app/router.tsx';
import { useFormatLocale } from '../app/use-format-locale.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Switch } from '../ui/switch.tsx';
import { useAction } from '../ui/use-action.ts';
import { checkName } from '../ui/validate.ts';
import { doorNotice } from './door-notice.ts';
import { CalendarLink } from './invite/calendar-link.tsx';
import type { Session } from './session.ts';
import { hostKeys, inviteSecrets, lastName } from './storage.ts';

type DoorProps = {
  session: Session;
  status: StatusResponse | null;
  refusal: unknown;
  joining: boolean;
  elsewhere: boolean;
};

/** In front of the room: what is known of it, and the way in, or why there is none. */
export function Door(props: DoorProps) {
  const { session, status, refusal } = props;
  const { t } = useTranslation();
  const [busy, run] = useAction();
  const notice = doorNotice(status, codeOf(refusal), session.code);
  if (notice === null && status !== null)
    return (
      <Page title={t('door.title', { room: status.name })}>
        <JoinRoom {...props} status={status} />
      </Page>
    );
  const title = notice === null ? t('door.failedTitle') : t(notice.title);
  return (
    <Page title={title}>
      <Notice
        title={title}
        text={notice === null ? describeError(t, refusal) : t(notice.text, notice.values)}
      >
        {notice?.title === 'door.endedTitle' && hostKeys.get(session.code) !== null ? (
          <Button busy={busy} onClick={() => void run(() => session.reopen())}>
            {t('over.reopen')}
          </Button>
        ) : null}
        {notice?.final ? null : (
          <Button kind="primary" onClick={() => session.start()}>
            {t('door.lookAgain')}
          </Button>
        )}
        <Link href="/" className={buttonClass(notice?.final ? 'primary' : 'secondary')}>
          {t('app.home')}
        </Link>
      </Notice>
    </Page>
  );
}

function JoinRoom({ session, status, refusal, joining, elsewhere }: DoorProps & { status: StatusResponse }) {
  const { t } = useTranslation();
  const [name, setName] = useState(() => (elsewhere ? '' : lastName.get()));
  const [fault, setFault] = useState<ReturnType<typeof checkName>>(null);
  const [hostKey, setHostKey] = useState('');
  const [passcode, setPasscode] = useState('');
  const isInvited = inviteSecrets.get(session.code) !== null;
  const keptKey = hostKeys.get(session.code);
  const [asHost, setAsHost] = useState(!elsewhere);

  return (
    <section className="rounded-2xl border border-line bg-surface p-6 sm:p-8">
      <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">
        {t('door.title', { room: status.name })}
      </h1>
      <p className="mt-2 text-sm text-muted">
        {t('door.here', { count: status.members })}{' '}
        {t('door.seats', { members: status.members, capacity: status.capacity })}
      </p>
      <Opening status={status} />
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
          onChange={(event) => setName(event.target.value)}
          error={fault === null ? undefined : t(fault)}
          autoComplete="name"
          required
        />
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
        {refusal === null ? null : (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            {describeError(t, refusal)}
          </p>
        )}
        <Button type="submit" kind="primary" busy={joining} className="self-start">
          {joining ? t('door.joining') : t('door.join')}
        </Button>
      </form>
    </section>
  );
}

/** When the meeting begins, where that is still to come. */
function Opening({ status: { code, schedule } }: { status: StatusResponse }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const opensAt = schedule?.opensAt ?? null;
  if (opensAt === null || opensAt <= Date.now()) return null;
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(opensAt);
  return (
    <div className="mt-4 flex flex-col items-start gap-3 rounded-lg bg-accent-soft px-4 py-3">
      <p>{t('door.opensAt', { time })}</p>
      <CalendarLink code={code} />
    </div>
  );
}

import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandResult, EnrolInvitation, EnrolRequest } from '../../../../src/protocol/index.ts';
import { useRoom } from '../../room/room-context.tsx';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { answerOf } from './answer.ts';

type Pending = Pick<CommandResult<'group.pending'>, 'asked' | 'invited'>;

const CHANGES = ['group.asked', 'group.invited', 'group.settled'] as const;

/** Who wants to come into the group, and who is invited and has not answered. */
export function GroupPending() {
  const { t } = useTranslation();
  const room = useRoom();
  const [pending, setPending] = useState<Pending>({ asked: [], invited: [] });
  const [next, setNext] = useState<string | null>(null);
  const [, run] = useAction();

  const load = useCallback(
    (after: string | null) =>
      run(async () => {
        const page = answerOf(await room.send('group.pending', after === null ? {} : { after }));
        setPending((before) =>
          after === null
            ? page
            : { asked: [...before.asked, ...page.asked], invited: [...before.invited, ...page.invited] },
        );
        setNext(page.next);
      }),
    [room, run],
  );
  useEffect(() => {
    void load(null);
    const stops = CHANGES.map((name) => room.on(name, () => void load(null)));
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, load]);

  return (
    <>
      {pending.asked.length === 0 ? null : (
        <section aria-labelledby="group-asked" className="mb-4">
          <h3 id="group-asked" className="text-sm font-semibold">
            {t('group.requests')}
          </h3>
          <ul>
            {pending.asked.map((request) => (
              <Request key={request.person.id} request={request} onDone={() => void load(null)} />
            ))}
          </ul>
        </section>
      )}
      {pending.invited.length === 0 ? null : (
        <section aria-labelledby="group-invited" className="mb-4">
          <h3 id="group-invited" className="text-sm font-semibold">
            {t('group.pendingInvitations')}
          </h3>
          <ul>
            {pending.invited.map((invitation) => (
              <Invited key={invitation.account} invitation={invitation} onDone={() => void load(null)} />
            ))}
          </ul>
        </section>
      )}
      {next === null ? null : <Button onClick={() => void load(next)}>{t('people.more')}</Button>}
    </>
  );
}

function Request({ request: { person, note }, onDone }: { request: EnrolRequest; onDone: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  const { id: account, name } = person;
  const decide = (accept: boolean) =>
    void run(() => room.send('group.decide', { account, accept })).then(onDone);
  return (
    <li className="border-t border-line py-3 first:border-t-0">
      <div className="flex items-center gap-3">
        <Face person={person} />
        <p className="min-w-0 flex-1 truncate font-medium">{name}</p>
      </div>
      {note === '' ? null : (
        <blockquote dir="auto" className="mt-2 border-l-2 border-line pl-2 text-sm text-muted wrap-anywhere">
          {note}
        </blockquote>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          kind="primary"
          busy={busy}
          aria-label={t('group.requestAcceptName', { name })}
          onClick={() => decide(true)}
        >
          {t('group.requestAccept')}
        </Button>
        <Button
          disabled={busy}
          aria-label={t('group.requestDeclineName', { name })}
          onClick={() => decide(false)}
        >
          {t('group.requestDecline')}
        </Button>
      </div>
    </li>
  );
}

type InvitedProps = { invitation: EnrolInvitation; onDone: () => void };

function Invited({ invitation: { account, person }, onDone }: InvitedProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  const name = person?.name ?? t('chat.somebody');
  return (
    <li className="flex min-h-14 items-center gap-3 py-1">
      <Face person={person ?? { id: account, name, avatar: null }} />
      <p className="min-w-0 flex-1 truncate">{name}</p>
      <Button
        busy={busy}
        aria-label={t('group.inviteBackName', { name })}
        onClick={() => void run(() => room.send('group.remove', { account })).then(onDone)}
      >
        {t('group.inviteBack')}
      </Button>
    </li>
  );
}

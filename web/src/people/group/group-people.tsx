import { UserPlus } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Enrolled } from '../../../../src/protocol/index.ts';
import { useRoom, useView } from '../../room/room-context.tsx';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { useInboxView } from '../inbox-context.ts';
import { UNSEEN } from '../presence-text.ts';
import { answerOf } from './answer.ts';
import { EnrolledMenu } from './enrolled-menu.tsx';
import { GroupPending } from './group-pending.tsx';
import { useMayDecide, useMayInvite } from './use-group.ts';

/** Changes after which the list is another. */
const CHANGES = ['group.enrolled', 'group.left', 'group.appointed'] as const;

/** Who belongs to the group, page by page; for those who decide also who wants to, and who is invited. */
export function GroupPeople({ onInvite }: { onInvite: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const mayDecide = useMayDecide();
  const mayInvite = useMayInvite();
  const [people, setPeople] = useState<readonly Enrolled[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [busy, run] = useAction();

  const load = useCallback(
    (after: string | null) =>
      run(async () => {
        const page = answerOf(await room.send('group.members', after === null ? {} : { after }));
        setPeople((before) => (after === null ? page.people : [...before, ...page.people]));
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
      {mayInvite ? (
        <Button icon={UserPlus} className="mb-4" onClick={onInvite}>
          {t('group.inviteTitle')}
        </Button>
      ) : null}
      {mayDecide ? <GroupPending /> : null}
      <ul aria-label={t('group.people')}>
        {people.map((enrolled) => (
          <EnrolledRow key={enrolled.person.id} enrolled={enrolled} />
        ))}
      </ul>
      {next === null ? null : (
        <Button className="mt-3" busy={busy} onClick={() => void load(next)}>
          {t('people.more')}
        </Button>
      )}
    </>
  );
}

function EnrolledRow({ enrolled: { person, role } }: { enrolled: Enrolled }) {
  const { t } = useTranslation();
  const { status } = useInboxView((view) => view.presence.get(person.id)) ?? UNSEEN;
  const isSelf = useView((view) => view.self.account === person.id);
  const words = [
    ...(role === 'member' ? [] : [t(`group.role.${role}`)]),
    ...(status === 'offline' ? [] : [t(`presence.${status}`)]),
  ];
  return (
    <li className="flex min-h-14 items-center gap-3 py-1">
      <Face person={person} presence={status} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          {person.name}
          {isSelf ? <span className="font-normal text-muted"> ({t('chat.you')})</span> : null}
        </p>
        {words.length === 0 ? null : <p className="truncate text-sm text-muted">{words.join(' · ')}</p>}
      </div>
      {isSelf ? null : <EnrolledMenu person={person} role={role} />}
    </li>
  );
}

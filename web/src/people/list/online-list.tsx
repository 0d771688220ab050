import { RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OnlineResponse } from '../../../../src/protocol/index.ts';
import { personPath } from '../../app/routes.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { ListRow } from './list-row.tsx';

type Here = OnlineResponse['people'];

/** Who else is here now, of all that may be seen: asked for when it is shown, page by page. */
export function OnlineList({ open }: { open: string | null }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const self = useInboxView((view) => view.self.id);
  const contacts = useInboxView((view) => view.contacts);
  const isOnline = useInboxView((view) => view.connection.status === 'online');
  const [people, setPeople] = useState<Here | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [busy, run] = useAction();

  const load = useCallback(
    (after: string | null) =>
      run(async () => {
        const page = await inbox.online(after ?? undefined);
        setPeople((before) =>
          after === null || before === null ? page.people : [...before, ...page.people],
        );
        setNext(page.next);
      }),
    [inbox, run],
  );
  useEffect(() => {
    if (isOnline) void load(null);
  }, [load, isOnline]);

  const listed = new Set([self, ...contacts.map(({ person }) => person.id)]);
  const others = people?.filter(({ person }) => !listed.has(person.id)) ?? null;
  return (
    <section aria-labelledby="people-online" className="mt-3 border-t border-line pt-2">
      <div className="flex items-center justify-between pl-3">
        <h2 id="people-online" className="text-sm font-semibold">
          {t('people.online')}
        </h2>
        <IconButton
          label={t('people.onlineAgain')}
          icon={RefreshCw}
          disabled={busy}
          className="text-muted"
          onClick={() => void load(null)}
        />
      </div>
      {others?.length === 0 && next === null ? (
        <p className="px-3 py-2 text-sm text-muted">{t('people.onlineNone')}</p>
      ) : null}
      <ul aria-labelledby="people-online">
        {others?.map(({ person, status }) => (
          <ListRow
            key={person.id}
            href={personPath(person.id)}
            current={person.id === open}
            face={<Face person={person} presence={status} />}
            name={person.name}
            line={t(`presence.${status}`)}
          />
        ))}
      </ul>
      {next === null ? null : (
        <Button className="m-3" busy={busy} onClick={() => void load(next)}>
          {t('people.more')}
        </Button>
      )}
    </section>
  );
}

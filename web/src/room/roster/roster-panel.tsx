import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { later, laterDialog } from '../../ui/later.tsx';
import { useAction } from '../../ui/use-action.ts';
import { ReclaimHost } from '../moderation/reclaim-host.tsx';
import { useIsHost, useRoom, useView } from '../room-context.tsx';
import { AccountRow } from './account-row.tsx';
import { groupDevices, hasAccounts } from './devices.ts';
import { MemberRow } from './member-row.tsx';
import { loadMorePeople } from './more-people.ts';
import { findMembers, sortMembers } from './order.ts';
import { OwnName } from './own-name.tsx';

const HandsList = later(async () => (await import('../hands/hands-list.tsx')).HandsList);
const RightsDialog = laterDialog(async () => (await import('../host/rights-dialog.tsx')).RightsDialog);

/** People above which a search field helps. */
const SEARCH_FROM = 12;

/** Who is here. */
export function RosterPanel({ onWriteTo }: { onWriteTo: (member: string) => void }) {
  const { t } = useTranslation();
  const members = useView((view) => view.members);
  const media = useView((view) => view.media);
  const count = useView((view) => view.count);
  const self = useView((view) => view.self);
  const isHost = useIsHost();
  const hasHands = useView((view) => view.hands.length > 0);
  const [wanted, setWanted] = useState('');
  const [rightsOf, setRightsOf] = useState<string | null>(null);
  const saysGuest = useMemo(() => hasAccounts(members.values()), [members]);
  const shown = groupDevices(findMembers(sortMembers(members.values(), self.id), wanted));

  return (
    <>
      <section aria-label={t('roster.you')} className="border-b border-line px-4 py-3">
        <OwnName />
        <ReclaimHost />
      </section>
      {hasHands ? <HandsList /> : null}
      <div className="flex min-h-0 flex-1 flex-col">
        <div className="flex items-baseline justify-between px-4 pt-3 pb-1">
          <h2 className="text-sm font-semibold">{t('roster.title')}</h2>
          <span className="text-sm text-muted">{count}</span>
        </div>
        {count > SEARCH_FROM ? (
          <input
            type="search"
            aria-label={t('roster.filter')}
            placeholder={t('roster.filter')}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            className="mx-4 my-1 min-h-tap rounded-lg border border-edge bg-raised px-3 text-base placeholder:text-muted"
          />
        ) : null}
        <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
          <ul>
            {shown.map((person) => {
              const [member, second] = person.devices;
              const actions = { onWriteTo, onRights: setRightsOf };
              if (second !== undefined)
                return <AccountRow key={person.id} person={person} media={media} {...actions} />;
              return (
                <MemberRow
                  key={person.id}
                  member={member}
                  isGuest={saysGuest && member.account === null}
                  media={media.get(member.id)}
                  {...actions}
                />
              );
            })}
          </ul>
          {shown.length === 0 ? <p className="px-2 py-3 text-sm text-muted">{t('roster.noMatch')}</p> : null}
          <MorePeople rest={count - members.size} />
        </div>
      </div>
      <RightsDialog open={isHost && rightsOf !== null} member={rightsOf} onClose={() => setRightsOf(null)} />
    </>
  );
}

/** In a large room the roster comes in pages. */
function MorePeople({ rest }: { rest: number }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  const [cursor, setCursor] = useState<string | null>(null);
  if (rest <= 0) return null;
  const more = async () => setCursor(await loadMorePeople(room, cursor));
  return (
    <div className="px-2 pt-3">
      <p className="mb-2 text-sm text-muted">{t('roster.rest', { count: rest })}</p>
      <Button busy={busy} onClick={() => void run(more)}>
        {t('roster.more')}
      </Button>
    </div>
  );
}

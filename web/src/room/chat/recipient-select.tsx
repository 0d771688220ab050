import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useIsHost, useNameOf, useView } from '../room-context.tsx';
import type { Draft } from './use-draft.ts';

/** Whom the message goes to: everybody, the hosts, or one person. */
export function RecipientSelect({ draft: { to, setTo } }: { draft: Draft }) {
  const { t } = useTranslation();
  const id = useId();
  const members = useView((view) => view.members);
  const self = useView((view) => view.self.id);
  const mayDirect = useCan('direct');
  const mayAsk = useCan('ask');
  const isHost = useIsHost();
  const nameOf = useNameOf();

  return (
    <div className="flex min-w-0 items-center gap-2">
      <label htmlFor={id} className="text-muted">
        {t('chat.to')}
      </label>
      <select
        id={id}
        value={to ?? ''}
        disabled={!mayDirect && (!mayAsk || isHost) && to === null}
        onChange={(event) => setTo(event.target.value === '' ? null : event.target.value)}
        className={`field-sizing-content min-h-8 max-w-56 min-w-0 truncate rounded-lg border px-2 font-medium disabled:opacity-60 ${to === null ? 'border-transparent bg-transparent hover:border-edge' : 'border-accent bg-accent-soft'}`}
      >
        <option value="" className="bg-surface text-ink">
          {t('chat.everyone')}
        </option>
        {(mayAsk && !isHost) || to === 'hosts' ? (
          <option value="hosts" className="bg-surface text-ink">
            {t('tools.askHosts')}
          </option>
        ) : null}
        {to === null || to === 'hosts' || members.has(to) ? null : (
          <option value={to} className="bg-surface text-ink">
            {nameOf(to) ?? t('chat.somebody')}
          </option>
        )}
        {[...members.values()]
          .filter(({ id: member }) => mayDirect && member !== self)
          .map((member) => (
            <option key={member.id} value={member.id} className="bg-surface text-ink">
              {member.name}
            </option>
          ))}
      </select>
    </div>
  );
}

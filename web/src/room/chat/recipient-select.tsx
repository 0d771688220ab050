import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useIsHost, useNameOf, useView } from '../room-context.tsx';
import { groupDevices } from '../roster/devices.ts';
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
        className={`field-sizing-content min-h-8 pointer-coarse:min-h-tap max-w-56 min-w-0 truncate rounded-lg border px-2 font-medium disabled:opacity-60 ${to === null ? 'border-transparent bg-transparent hover:border-edge' : 'border-accent bg-accent-soft'}`}
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
        {(mayDirect ? groupDevices([...members.values()]) : []).flatMap(({ devices }) =>
          devices.map((device, index) =>
            device.id === self ? null : (
              <option key={device.id} value={device.id} className="bg-surface text-ink">
                {devices.length === 1
                  ? device.name
                  : t('roster.deviceOf', { name: device.name, number: index + 1 })}
              </option>
            ),
          ),
        )}
      </select>
    </div>
  );
}

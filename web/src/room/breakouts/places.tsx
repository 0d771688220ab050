import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomView } from '../../../../src/client/index.ts';
import type { Member } from '../../../../src/protocol/index.ts';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

type Breakouts = NonNullable<RoomView['breakouts']>;

/** Says by hand who goes where. */
export function Places({ breakouts }: { breakouts: Breakouts }) {
  const members = useView((view) => view.members);
  return (
    <ul>
      {[...members.values()].map((member) => (
        <PlaceRow key={member.id} member={member} breakouts={breakouts} />
      ))}
    </ul>
  );
}

function PlaceRow({ member, breakouts }: { member: Member; breakouts: Breakouts }) {
  const { t } = useTranslation();
  const id = useId();
  const room = useRoom();
  const [busy, run] = useAction();
  const move = (to: string) => void run(() => room.assignBreakouts({ [member.id]: to === '' ? null : to }));
  return (
    <li className="flex min-h-11 items-center gap-2 py-1">
      <label htmlFor={id} className="min-w-0 flex-1 truncate">
        {member.name}
      </label>
      <select
        id={id}
        value={breakouts.places.get(member.id) ?? ''}
        disabled={busy}
        onChange={(event) => move(event.target.value)}
        className="min-h-tap max-w-40 rounded-lg border border-edge bg-raised px-2 text-sm"
      >
        <option value="">{t('breakouts.main')}</option>
        {breakouts.rooms.map(({ id: breakout, name }) => (
          <option key={breakout} value={breakout}>
            {name}
          </option>
        ))}
      </select>
    </li>
  );
}

import { useTranslation } from 'react-i18next';
import type { RoomView } from '../../../../src/client/index.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useIsHost, useNameOf, useView } from '../room-context.tsx';
import { Broadcast } from './broadcast.tsx';
import { useCalls } from './calls.tsx';
import { CloseBreakouts } from './close-breakouts.tsx';
import { Countdown } from './countdown.tsx';
import { Places } from './places.tsx';

type Breakouts = NonNullable<RoomView['breakouts']>;
type BreakoutRoom = Breakouts['rooms'][number];

const STATES = {
  opening: 'breakouts.opening',
  open: 'breakouts.isOpen',
  failed: 'breakouts.failed',
  closed: 'breakouts.isClosed',
} as const satisfies Record<BreakoutRoom['state'], string>;

/** The breakout rooms with who belongs where, and for hosts what steers them. */
export function BreakoutsPanel({ breakouts }: { breakouts: Breakouts }) {
  const { t } = useTranslation();
  const isHost = useIsHost();
  return (
    <>
      {breakouts.closesAt === null ? null : (
        <p className="mb-3 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
          <Countdown until={breakouts.closesAt} />
        </p>
      )}
      <ul className="mb-4">
        {breakouts.rooms.map((room) => (
          <RoomRow key={room.id} room={room} breakouts={breakouts} />
        ))}
      </ul>
      {isHost ? (
        <>
          <Section title={t('breakouts.places')}>
            <Places breakouts={breakouts} />
          </Section>
          <Section title={t('breakouts.broadcast')} text={t('breakouts.broadcastText')}>
            <Broadcast />
          </Section>
          <Section title={t('breakouts.closeTitle')}>
            <CloseBreakouts />
          </Section>
        </>
      ) : null}
    </>
  );
}

function RoomRow({ room, breakouts }: { room: BreakoutRoom; breakouts: Breakouts }) {
  const { t, i18n } = useTranslation();
  const { ask } = useCalls();
  const isHost = useIsHost();
  const self = useView((view) => view.self.id);
  const nameOf = useNameOf();
  const [busy, run] = useAction();
  const people = [...breakouts.places].filter(([, place]) => place === room.id);
  const names = people.map(([member]) => nameOf(member) ?? t('chat.somebody'));
  const isMine = breakouts.places.get(self) === room.id;
  const mayGo = room.state === 'open' && (isMine || isHost || breakouts.assign === 'choose');
  return (
    <li className="flex items-start gap-3 border-t border-line py-3 first:border-t-0 first:pt-0">
      <div className="min-w-0 flex-1">
        <p className="font-medium wrap-anywhere">
          {room.name}
          {isMine ? <span className="text-muted"> ({t('breakouts.yours')})</span> : null}
        </p>
        <p className="text-sm text-muted wrap-anywhere">
          {room.state === 'open'
            ? names.length === 0
              ? t('breakouts.empty')
              : new Intl.ListFormat(i18n.language, { type: 'unit', style: 'short' }).format(names)
            : t(STATES[room.state])}
        </p>
      </div>
      {mayGo ? (
        <Button
          busy={busy}
          aria-label={t('breakouts.goTo', { name: room.name })}
          onClick={() => void run(() => ask(room.id))}
        >
          {t('breakouts.go')}
        </Button>
      ) : null}
    </li>
  );
}

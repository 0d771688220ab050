import { ArrowDown, Megaphone } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useIsHost, useNameOf, useRoom, useView } from '../room-context.tsx';

/** Whose hand is up, the first to be called first. */
export function HandsList() {
  const { t } = useTranslation();
  const id = useId();
  const room = useRoom();
  const hands = useView((view) => view.hands);
  const isHost = useIsHost();
  const [busy, run] = useAction();
  if (hands.length === 0) return null;
  return (
    <section aria-labelledby={id} className="border-b border-line px-4 py-3">
      <h2 id={id} className="text-sm font-semibold">
        {t('hands.title', { count: hands.length })}
      </h2>
      <ol className="max-h-40 overflow-y-auto">
        {hands.map(({ member }, index) => (
          <HandRow key={member} member={member} place={index + 1} />
        ))}
      </ol>
      {isHost ? (
        <div className="mt-2 flex flex-wrap gap-2">
          <Button
            kind="primary"
            busy={busy}
            className="grow px-3!"
            onClick={() => void run(() => room.callHand())}
          >
            {t('hands.callNext')}
          </Button>
          <Button busy={busy} className="grow px-3!" onClick={() => void run(() => room.lowerAllHands())}>
            {t('hands.lowerAll')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function HandRow({ member, place }: { member: string; place: number }) {
  const { t } = useTranslation();
  const room = useRoom();
  const nameOf = useNameOf();
  const isHost = useIsHost();
  const [busy, run] = useAction();
  const name = nameOf(member) ?? t('chat.somebody');
  return (
    <li className="flex min-h-tap items-center gap-2">
      <span className="w-6 shrink-0 text-sm text-muted">{place}.</span>
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {isHost ? (
        <>
          <IconButton
            label={t('hands.call', { name })}
            icon={Megaphone}
            disabled={busy}
            onClick={() => void run(() => room.callHand(member))}
          />
          <IconButton
            label={t('hands.lower', { name })}
            icon={ArrowDown}
            disabled={busy}
            onClick={() => void run(() => room.lowerHand(member))}
          />
        </>
      ) : null}
    </li>
  );
}

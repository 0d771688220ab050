import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ban } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Time } from '../chat/time.tsx';
import { useRoom } from '../room-context.tsx';

/** Who may not come back. It is asked for when it is shown, and follows what happens then. */
export function BanList() {
  const { t } = useTranslation();
  const room = useRoom();
  const [bans, setBans] = useState<readonly Ban[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [loading, run] = useAction();
  const load = useCallback(
    async (after: string | null) => {
      const receipt = await room.bans(after === null ? {} : { after });
      if (receipt.status !== 'done') return;
      const { bans: page } = receipt.result;
      setBans((before) => (after === null ? page : [...(before ?? []), ...page]));
      setNext(receipt.result.next);
    },
    [room],
  );
  useEffect(() => {
    void run(() => load(null));
    const stops = [
      room.on('member.banned', ({ ban }) =>
        setBans((before) => [...(before ?? []).filter(({ member }) => member !== ban.member), ban]),
      ),
      room.on('ban.lifted', ({ member }) =>
        setBans((before) => before?.filter((ban) => ban.member !== member) ?? null),
      ),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, run, load]);
  if (bans === null) return <p className="text-sm text-muted">{t('app.working')}</p>;
  return (
    <>
      {bans.length === 0 ? <p className="text-sm text-muted">{t('moderation.noBans')}</p> : null}
      <ul>
        {bans.map((ban) => (
          <BanRow key={ban.member} ban={ban} />
        ))}
      </ul>
      {next === null ? null : (
        <Button busy={loading} onClick={() => void run(() => load(next))}>
          {t('moderation.more')}
        </Button>
      )}
    </>
  );
}

function BanRow({ ban }: { ban: Ban }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  return (
    <li className="flex min-h-tap items-center gap-2 py-1">
      <span className="min-w-0 flex-1 wrap-anywhere">
        {ban.name} <Time at={ban.at} />
        {ban.addressUntil === null ? null : (
          <span className="block text-sm text-muted">{t('moderation.withAddress')}</span>
        )}
      </span>
      <Button
        busy={busy}
        aria-label={t('moderation.liftName', { name: ban.name })}
        onClick={() => void run(() => room.liftBan(ban.member))}
      >
        {t('moderation.lift')}
      </Button>
    </li>
  );
}

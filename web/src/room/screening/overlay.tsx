import { LoaderCircle, Play, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScreeningStatus } from '../../../../src/client/index.ts';
import type { WatchItem } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useCan, useRoom, useView } from '../room-context.tsx';
import { isAudio } from './kinds.ts';
import { Poster } from './poster-picture.tsx';
import { useNames } from './use-names.ts';
import { lagging, waitedFor } from './who.ts';

type OverlayProps = {
  item: WatchItem | null;
  status: ScreeningStatus;
  onJoin: () => void;
  onRetry: () => void;
};

/** What is said over the picture: why it stands, and who is not ready. */
export function Overlay({ item, status, onJoin, onRetry }: OverlayProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const watch = useView((view) => view.watch);
  const self = useView((view) => view.self.id);
  const maySteer = useCan('watch');
  const [busy, run] = useAction();
  const names = useNames();
  const late = lagging(watch.viewers, self);
  const waits = waitedFor(watch);
  return (
    <>
      {item !== null && isAudio(item.type) ? (
        <Poster key={item.id} item={item} className="pointer-events-none absolute inset-0 size-full" />
      ) : null}
      {status === 'blocked' ? (
        <Plate>
          <Button kind="primary" icon={Play} onClick={onJoin}>
            {t('screening.join')}
          </Button>
        </Plate>
      ) : null}
      {status === 'failed' ? (
        <Plate>
          <p>{t('screening.failedHere')}</p>
          <Button icon={RotateCcw} onClick={onRetry}>
            {t('screening.again')}
          </Button>
        </Plate>
      ) : null}
      {item === null ? (
        <Plate>
          <p>{t(maySteer ? 'screening.choose' : 'screening.nothing')}</p>
        </Plate>
      ) : null}
      {status === 'holding' ? (
        <Plate>
          <p>
            {waits.length === 0 ? t('screening.waiting') : t('screening.waitingFor', { names: names(waits) })}
          </p>
          {maySteer ? (
            <Button busy={busy} onClick={() => void run(() => room.watch.play())}>
              {t('screening.goOn')}
            </Button>
          ) : null}
        </Plate>
      ) : null}
      <div
        role="status"
        className="pointer-events-none absolute top-2 left-2 flex max-w-[80%] flex-col items-start gap-1 text-sm"
      >
        {status === 'loading' || status === 'buffering' ? <Chip busy>{t('screening.loading')}</Chip> : null}
        {late.length > 0 && status !== 'holding' ? (
          <Chip>{t('screening.loadingAt', { names: names(late) })}</Chip>
        ) : null}
      </div>
    </>
  );
}

function Plate({ children }: { children: ReactNode }) {
  return (
    <div className="absolute inset-0 flex items-center justify-center p-4">
      <div
        role="status"
        className="flex max-w-full flex-col items-center gap-3 rounded-xl border border-line bg-raised p-4 text-center text-sm wrap-anywhere shadow-lg"
      >
        {children}
      </div>
    </div>
  );
}

function Chip({ busy = false, children }: { busy?: boolean; children: ReactNode }) {
  return (
    <p className="flex max-w-full items-center gap-2 rounded-full border border-line bg-raised px-3 py-1 shadow-lg">
      {busy ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : null}
      <span className="truncate">{children}</span>
    </p>
  );
}

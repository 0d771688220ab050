import { RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Asking } from './asking.tsx';
import { useCallPhase, useCallView, useDescribe, useOpening } from './call-context.tsx';
import { useLinger } from './use-linger.ts';

/** ms for which it is said that nobody hears you, after you have said something. */
const UNHEARD_FOR = 4_000;

/** Says what is amiss with the call, or with you in it; nothing while all is well. */
export function CallState() {
  const { t } = useTranslation();
  const say = useDescribe();
  const phase = useCallPhase();
  const opening = useOpening();
  const status = useCallView((view) => view.status, 'entering');
  const failure = useCallView((view) => view.failure, null);
  const isUnheard = useLinger(
    useCallView((view) => view.self.speakingWhileMuted, false),
    UNHEARD_FOR,
  );
  const isMuted = useCallView((view) => view.self.microphone !== null && view.self.muted, false);
  return (
    <div role="status">
      {status === 'failed' && phase.at === 'on' ? (
        <div className="flex flex-wrap items-center justify-center gap-3 px-3 pt-2 text-center text-sm">
          <p>{say(failure)}</p>
          <Button icon={RotateCcw} onClick={() => phase.call.enter()}>
            {t('call.again')}
          </Button>
        </div>
      ) : null}
      {status === 'away' ? (
        <p className="px-3 pt-2 text-center text-sm text-muted">{t('call.away')}</p>
      ) : null}
      <Asking kinds={opening} className="px-3 pt-2" />
      {isUnheard && isMuted ? (
        <p className="px-3 pt-2 text-center text-sm font-medium text-danger">{t('call.unheard')}</p>
      ) : null}
    </div>
  );
}

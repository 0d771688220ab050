import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** How long the breakout rooms stay, each second anew. By this machine's clock, so it may be off by a little. */
export function Countdown({ until }: { until: number }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now) / 1_000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return <span role="timer">{t('breakouts.endsIn', { time })}</span>;
}

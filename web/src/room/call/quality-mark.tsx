import { Ellipsis, WifiHigh, WifiLow, WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Quality } from '../../../../src/client/call/index.ts';

const ICONS = { connecting: Ellipsis, fair: WifiHigh, poor: WifiLow, lost: WifiOff } as const;

/** How the line to somebody is, in words where there is room for them; nothing while it is good. */
export function QualityMark({ quality }: { quality: Quality }) {
  const { t } = useTranslation();
  if (quality === 'good') return null;
  const Icon = ICONS[quality];
  const isBad = quality === 'poor' || quality === 'lost';
  const text = t(`call.quality.${quality}`);
  return (
    <span
      title={text}
      className={`pointer-events-auto flex shrink-0 items-center gap-1 ${isBad ? 'text-danger' : 'text-muted'}`}
    >
      <Icon aria-hidden className="size-4" />
      <span className={quality === 'fair' ? 'sr-only' : 'sr-only @[16rem]:not-sr-only'}>{text}</span>
    </span>
  );
}

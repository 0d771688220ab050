import { Camera, Mic, ScreenShare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MediaState } from '../../../../src/client/index.ts';
import { MEDIA } from '../../../../src/protocol/index.ts';

const ICONS = { camera: Camera, microphone: Mic, screen: ScreenShare } as const;

/** What somebody has on. */
export function MediaMarks({ media }: { media: MediaState | undefined }) {
  const { t } = useTranslation();
  if (media === undefined) return null;
  return (
    <span className="flex shrink-0 gap-1">
      {MEDIA.filter((kind) => media[kind]).map((kind) => {
        const Icon = ICONS[kind];
        const speaking = kind === 'microphone' && media.speaking;
        return (
          <span key={kind} title={t(`media.${kind}On`)} className="text-accent">
            <Icon aria-hidden className={`size-4 ${speaking ? 'stroke-3' : ''}`} />
            <span className="sr-only">{speaking ? t('media.speaking') : t(`media.${kind}On`)}</span>
          </span>
        );
      })}
    </span>
  );
}

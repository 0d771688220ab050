import { Trash2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomEvent } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useIsHost, useRoom } from '../room-context.tsx';
import type { Large } from './large.ts';
import { PictureButton } from './picture-button.tsx';
import type { AskUrl } from './use-image-url.ts';

type SharedImageProps = {
  message: RoomEvent<'image.shared'>;
  author: string;
  own: boolean;
  onShow: (shown: Large) => void;
};

/** A shared picture, small; pressing it shows it large. */
export function SharedImage({ message, author, own, onShow }: SharedImageProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const isHost = useIsHost();
  const { image, caption } = message;
  const askUrl: AskUrl = useCallback((id) => room.imageUrl(id), [room]);
  const [asking, setAsking] = useState(false);
  const [busy, run] = useAction();
  const alt =
    caption === '' ? t('image.altPlain', { name: author }) : t('image.alt', { name: author, caption });

  return (
    <figure className="mt-1 max-w-full">
      <div className="flex items-start gap-2">
        <PictureButton
          image={image}
          size={message}
          alt={alt}
          askUrl={askUrl}
          onPress={() => onShow({ image, caption, at: message.at, author, alt })}
        />
        {own || isHost ? (
          <IconButton
            label={t('image.remove')}
            icon={Trash2}
            className="text-muted"
            onClick={() => setAsking(true)}
          />
        ) : null}
      </div>
      {caption === '' ? null : (
        <figcaption dir="auto" className="mt-1 whitespace-pre-wrap wrap-anywhere">
          {caption}
        </figcaption>
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('image.removeQuestion')}
        text={t('image.removeText')}
        action={t('image.remove')}
        busy={busy}
        onConfirm={() => void run(() => room.removeImage(image)).then(() => setAsking(false))}
      />
    </figure>
  );
}

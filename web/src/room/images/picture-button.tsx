import { ImageOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { thumbnailSize } from './thumbnail-size.ts';
import { type AskUrl, useImageUrl } from './use-image-url.ts';

type PictureButtonProps = {
  image: string;
  /** In pixels, as the server measured them. */
  size: { readonly width: number; readonly height: number };
  /** What there is to see, for those who do not. */
  alt: string;
  askUrl: AskUrl;
  onPress: () => void;
};

/** A picture, small, in the place that it will need; pressing it shows it large. */
export function PictureButton({ image, size, alt, askUrl, onPress }: PictureButtonProps) {
  const { t } = useTranslation();
  const { url, failed, frame, onError } = useImageUrl(image, askUrl);
  const { width, height } = thumbnailSize(size);
  return (
    <button
      ref={frame}
      type="button"
      disabled={failed}
      aria-label={`${alt}. ${t('image.open')}`}
      onClick={onPress}
      className="max-w-full min-w-0 overflow-hidden rounded-xl border border-line bg-canvas"
    >
      {failed ? (
        <span className="flex items-center gap-2 px-4 py-6 text-sm text-muted">
          <ImageOff aria-hidden className="size-5 shrink-0" />
          {t('image.unavailable')}
        </span>
      ) : url === null ? (
        <svg aria-hidden="true" width={width} height={height} className="block h-auto max-w-full" />
      ) : (
        <img
          src={url}
          alt=""
          width={width}
          height={height}
          onError={onError}
          className="block h-auto max-w-full object-cover"
        />
      )}
    </button>
  );
}

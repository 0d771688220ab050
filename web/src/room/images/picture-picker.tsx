import { ImagePlus } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IMAGE_TYPES } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';

/** The button that lets choose pictures. */
export function PicturePicker({
  mayShare,
  onFiles,
}: {
  mayShare: boolean;
  onFiles: (files: Iterable<File>) => void;
}) {
  const { t } = useTranslation();
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={file}
        type="file"
        accept={IMAGE_TYPES.join(',')}
        multiple
        hidden
        onChange={(event) => {
          onFiles(event.target.files ?? []);
          event.target.value = '';
        }}
      />
      <IconButton
        label={mayShare ? t('image.pick') : t('image.locked')}
        icon={ImagePlus}
        disabled={!mayShare}
        onClick={() => file.current?.click()}
        className="size-11!"
      />
    </>
  );
}

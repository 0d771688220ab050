import { Paperclip } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { later } from '../../ui/later.tsx';
import { BarButton } from '../bar-button.tsx';
import { useView } from '../room-context.tsx';
import { useAskBeforeLeaving } from './use-file-uploads.ts';

const FilesPanel = later(async () => (await import('./files-panel.tsx')).FilesPanel);

/** The way to the files, with their number. */
export function FilesButton() {
  const { t } = useTranslation();
  const count = useView((view) => view.files.count);
  const [shown, setShown] = useState(false);
  useAskBeforeLeaving();
  return (
    <>
      <BarButton
        icon={Paperclip}
        label={t('files.title')}
        word={t('bar.files')}
        count={count}
        onClick={() => setShown(true)}
      />
      <Dialog place="sheet" title={t('files.title')} open={shown} onClose={() => setShown(false)}>
        <FilesPanel />
      </Dialog>
    </>
  );
}

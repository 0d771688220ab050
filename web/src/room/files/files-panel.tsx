import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Switch } from '../../ui/switch.tsx';
import { useCan } from '../room-context.tsx';
import { FileDrop } from './file-drop.tsx';
import { FileList } from './file-list.tsx';
import { OthersUploads } from './others-uploads.tsx';
import { UploadRows } from './upload-rows.tsx';
import { useFileUploads } from './use-file-uploads.ts';

/** The files of the room: ways in, what is on its way, and the list. */
export function FilesPanel() {
  const { t } = useTranslation();
  const uploads = useFileUploads();
  const mayShare = useCan('file');
  const [announce, setAnnounce] = useState(uploads.announce);
  useEffect(() => {
    // What was left from an earlier time is a convenience; the panel is there without it.
    if (mayShare) uploads.findLeft().catch(() => undefined);
  }, [uploads, mayShare]);
  return (
    <FileDrop mayShare={mayShare} onFiles={(files) => uploads.add(files)}>
      {mayShare ? (
        <Switch
          label={t('files.announce')}
          checked={announce}
          onChange={(next) => {
            uploads.announce = next;
            setAnnounce(next);
          }}
        />
      ) : null}
      <UploadRows />
      <OthersUploads />
      <FileList />
    </FileDrop>
  );
}

import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type FileInfo, LIMITS, type WatchItem } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useChanges } from '../../ui/use-action.ts';
import { useRoom } from '../room-context.tsx';
import { languageOfName, WEBVTT } from './kinds.ts';
import { useFiles } from './use-files.ts';

/** Which WebVTT files of the room are the subtitles of something on the list. */
export function SubtitlesDialog({ item, onClose }: { item: WatchItem | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      place="sheet"
      title={t('screening.subtitles')}
      description={t('screening.subtitlesText')}
      open={item !== null}
      onClose={onClose}
    >
      {item === null ? null : <Choice item={item} />}
    </Dialog>
  );
}

const isWebvtt = (type: string): boolean => type === WEBVTT;

const labelOf = (name: string): string =>
  [...name.replace(/\.vtt$/i, '')].slice(0, LIMITS.subtitleLabelLength).join('').trim();

function Choice({ item }: { item: WatchItem }) {
  const { t, i18n } = useTranslation();
  const room = useRoom();
  const run = useChanges();
  const { files, busy, more } = useFiles(isWebvtt);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  // All are given at once: one that is pressed right after another begins with what the one before has come to.
  const toggle = ({ file, name }: FileInfo, on: boolean): void => {
    const added = { file, label: labelOf(name) || name, language: languageOfName(name) ?? i18n.language };
    const change = () => {
      const now = room.watch.state.items.find(({ id }) => id === item.id)?.subtitles ?? [];
      const others = now.filter((one) => one.file !== file);
      return room.watch.setSubtitles(item.id, on ? [...others, added] : others);
    };
    const before = last.current;
    last.current = run(() => before.then(change));
  };
  return (
    <>
      {files?.length === 0 && more === null ? (
        <p className="text-sm text-muted">{t('screening.noSubtitleFiles')}</p>
      ) : null}
      {files?.map((file) => (
        <Switch
          key={file.file}
          label={file.name}
          checked={item.subtitles.some((one) => one.file === file.file)}
          onChange={(on) => toggle(file, on)}
        />
      ))}
      {more === null ? null : (
        <Button className="mt-2" busy={busy} onClick={more}>
          {t('screening.more')}
        </Button>
      )}
    </>
  );
}

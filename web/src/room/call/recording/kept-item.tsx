import { Download, FolderUp, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../../../app/errors.ts';
import { useFormatLocale } from '../../../app/use-format-locale.ts';
import { Button } from '../../../ui/button.tsx';
import { Confirm } from '../../../ui/confirm.tsx';
import { useChanges } from '../../../ui/use-action.ts';
import { formatSize } from '../../files/file-size.ts';
import { archive, type Home, type Recording } from './archive.ts';

/** Where a recording is, as a key of the texts. */
function placeOf({ state, size, isSaved, isOnDisk }: Recording) {
  if (state === 'saving' || state === 'sharing') return `call.kept.${state}` as const;
  if (state === 'here' && size === 0) return 'call.kept.empty';
  if (isSaved) return 'call.kept.saved';
  return isOnDisk ? 'call.kept.here' : 'call.kept.memory';
}

interface KeptItemProps {
  readonly recording: Recording;
  /** The meeting it is of, to those who are in it. */
  readonly home?: Home;
  /** What was pressed goes, and the focus needs a place. */
  onPress(): void;
}

/** A recording that this browser has, where it is, and what can be done with it. */
export function KeptItem({ recording, home, onPress }: KeptItemProps) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const [asked, ask] = useState(false);
  const { key, name, since, size, state, isCut, isSaved, error } = recording;
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(since);
  const isSomething = size > 0;
  const run = useChanges();
  const press = (work: () => Promise<void>) => {
    onPress();
    void run(work);
  };
  const forget = () => {
    ask(false);
    press(() => archive.forget(key));
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2 text-sm">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium wrap-anywhere">
          <bdi>{name}</bdi>, {when} <span className="text-muted">{formatSize(locale, size)}</span>
        </p>
        <p role="status" className="wrap-anywhere">
          {isCut ? t('call.kept.cut') : null}{' '}
          {error === null ? null : t('files.failed', { reason: describeError(t, error) })}{' '}
          {t(placeOf(recording))}
        </p>
      </div>
      {state === 'here' ? (
        <div className="flex flex-wrap gap-2">
          {home !== undefined && isSomething ? (
            <Button icon={FolderUp} onClick={() => press(() => archive.share(key, home))}>
              {t('call.kept.share')}
            </Button>
          ) : null}
          {isSomething ? (
            <Button icon={Download} onClick={() => press(() => archive.save(key))}>
              {t('call.kept.save')}
            </Button>
          ) : null}
          <Button kind="quiet" icon={Trash2} onClick={isSaved || !isSomething ? forget : () => ask(true)}>
            {t('call.kept.delete')}
          </Button>
        </div>
      ) : null}
      <Confirm
        open={asked}
        onClose={() => ask(false)}
        title={t('call.kept.deleteTitle')}
        text={t('call.kept.deleteText')}
        action={t('call.kept.delete')}
        onConfirm={forget}
      />
    </li>
  );
}

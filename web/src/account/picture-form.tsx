import { ImageUp, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Account, IMAGE_TYPES, LIMITS } from '../../../src/protocol/index.ts';
import { codeOf, describeError } from '../app/errors.ts';
import { isPicture } from '../room/images/is-picture.ts';
import { Alert } from '../ui/alert.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import { toast } from '../ui/toasts.tsx';
import { useAction } from '../ui/use-action.ts';
import { accounts } from './accounts.ts';

/** A picture that was chosen and is not the account's yet. */
interface Chosen {
  readonly file: File;
  /** For an <img>, as long as it is chosen. */
  readonly preview: string;
}

/** Megabytes that a picture may have, for the texts. */
const MOST = { megabytes: LIMITS.avatarBytes / 1_048_576 };

/** The picture beside their name: chosen, looked at, and only then sent. */
export function PictureForm({ account }: { account: Account }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [chosen, choose] = useChosen();
  const [wrong, setWrong] = useState<string | null>(null);
  const [sent, setSent] = useState<{ readonly bytes: number; readonly total: number } | null>(null);
  const stop = useRef<AbortController>(null);
  const [busy, run] = useAction();
  useEffect(() => () => stop.current?.abort(), []);

  function take(file: File | undefined): void {
    if (file === undefined) return;
    const isTooLarge = file.size > LIMITS.avatarBytes;
    if (isTooLarge) setWrong(t('account.pictureTooLarge', MOST));
    else setWrong(isPicture(file) ? null : t('image.wrongType', { name: file.name }));
    choose(isTooLarge || !isPicture(file) ? null : file);
  }

  async function send({ file }: Chosen): Promise<void> {
    stop.current = new AbortController();
    setWrong(null);
    setSent({ bytes: 0, total: file.size });
    try {
      await accounts.setAvatar(file, {
        signal: stop.current.signal,
        onProgress: (bytes, total) => setSent({ bytes, total }),
      });
      choose(null);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'image_too_large') setWrong(t('account.pictureTooLarge', MOST));
      else if (code !== 'aborted') setWrong(describeError(t, error));
      // The form is gone together with the login.
      if (code === 'login_required') toast(describeError(t, error));
    }
    setSent(null);
  }

  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-4">
        <Avatar
          id={account.id}
          name={account.name}
          picture={chosen?.preview ?? account.avatar}
          size="large"
        />
        <div className="min-w-0 flex-1">
          {sent === null ? null : (
            <Progress label={t('account.pictureSending')} done={sent.bytes} total={sent.total} />
          )}
          {chosen !== null && sent === null ? (
            <p className="text-sm text-muted">{t('account.picturePreview')}</p>
          ) : null}
        </div>
      </div>
      {wrong === null ? null : <Alert>{wrong}</Alert>}
      <input
        ref={input}
        type="file"
        accept={IMAGE_TYPES.join(',')}
        aria-label={t('account.pictureFile')}
        className="hidden"
        onChange={(event) => {
          take(event.target.files?.[0]);
          // The same file can be chosen again.
          event.target.value = '';
        }}
      />
      <div className="flex flex-wrap gap-2">
        {chosen === null ? (
          <>
            <Button icon={ImageUp} onClick={() => input.current?.click()}>
              {t(account.avatar === null ? 'account.pictureChoose' : 'account.pictureOther')}
            </Button>
            {account.avatar === null ? null : (
              <Button
                icon={Trash2}
                busy={busy}
                onClick={() => {
                  setWrong(null);
                  void run(() => accounts.removeAvatar());
                }}
              >
                {t('account.pictureRemove')}
              </Button>
            )}
          </>
        ) : (
          <>
            <Button kind="primary" busy={sent !== null} onClick={() => void send(chosen)}>
              {t('account.pictureUse')}
            </Button>
            <Button onClick={() => (sent === null ? choose(null) : stop.current?.abort())}>
              {t('app.cancel')}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

/** The chosen file with an address to show it by, which is given up together with it. */
function useChosen(): readonly [chosen: Chosen | null, choose: (file: File | null) => void] {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  useEffect(() => {
    if (chosen === null) return;
    return () => URL.revokeObjectURL(chosen.preview);
  }, [chosen]);
  const choose = (file: File | null) =>
    setChosen(file === null ? null : { file, preview: URL.createObjectURL(file) });
  return [chosen, choose];
}

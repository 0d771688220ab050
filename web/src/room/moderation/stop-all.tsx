import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MEDIA, type Media } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

/** Switches off what everybody has on, or everybody but some. */
export function StopAll() {
  const { t } = useTranslation();
  const room = useRoom();
  const [sparing, setSparing] = useState(false);
  const [busy, run] = useAction();
  return (
    <div className="flex flex-wrap gap-2">
      {MEDIA.map((kind) => (
        <Button
          key={kind}
          busy={busy}
          onClick={() => void run(() => room.stopMedia({ members: 'all', media: [kind] }))}
        >
          {t(`moderation.stopAll.${kind}`)}
        </Button>
      ))}
      <Button onClick={() => setSparing(true)}>{t('moderation.except')}</Button>
      <Dialog
        open={sparing}
        onClose={() => setSparing(false)}
        title={t('moderation.exceptTitle')}
        description={t('moderation.exceptText')}
      >
        <ExceptForm onDone={() => setSparing(false)} />
      </Dialog>
    </div>
  );
}

function ExceptForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const members = useView((view) => view.members);
  const self = useView((view) => view.self.id);
  const [spared, setSpared] = useState<readonly string[]>([]);
  const [media, setMedia] = useState<readonly Media[]>(['microphone']);
  const [busy, run] = useAction();
  const ordinary = [...members.values()].filter(
    ({ id, role }) => id !== self && role !== 'host' && role !== 'cohost',
  );
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const stop = { members: 'all' as const, except: [...spared], media: [...media] };
        void run(() => room.stopMedia(stop)).then((ok) => ok && onDone());
      }}
    >
      <fieldset className="min-w-0">
        <legend className="mb-1 text-sm font-medium">{t('moderation.what')}</legend>
        {MEDIA.map((kind) => (
          <Check
            key={kind}
            label={t(`media.${kind}`)}
            checked={media.includes(kind)}
            onChange={(on) => setMedia(on ? [...media, kind] : media.filter((other) => other !== kind))}
          />
        ))}
      </fieldset>
      <fieldset className="min-w-0">
        <legend className="mb-1 text-sm font-medium">{t('moderation.spared')}</legend>
        {ordinary.map(({ id, name }) => (
          <Check
            key={id}
            label={name}
            checked={spared.includes(id)}
            onChange={(on) => setSpared(on ? [...spared, id] : spared.filter((other) => other !== id))}
          />
        ))}
        {ordinary.length === 0 ? <p className="text-sm text-muted">{t('moderation.nobodyElse')}</p> : null}
      </fieldset>
      <Button type="submit" kind="primary" busy={busy} disabled={media.length === 0} className="self-end">
        {t('moderation.stopDo')}
      </Button>
    </form>
  );
}

type CheckProps = { label: string; checked: boolean; onChange: (checked: boolean) => void };

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label className="flex min-h-tap cursor-pointer items-center gap-3">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-5 shrink-0 accent-accent"
      />
      <span className="min-w-0 wrap-anywhere">{label}</span>
    </label>
  );
}

import { Camera, CameraOff, Mic, MicOff, ScreenShare, ScreenShareOff } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { MEDIA, type Media } from '../../../../src/protocol/index.ts';
import { useAction } from '../../ui/use-action.ts';
import { useCan, useRoom, useView } from '../room-context.tsx';

const ICONS = {
  camera: { on: Camera, off: CameraOff },
  microphone: { on: Mic, off: MicOff },
  screen: { on: ScreenShare, off: ScreenShareOff },
} as const;

/** Tells the others what you have on. Only told: this page has no picture and no sound of its own. */
export function StatusControls() {
  const { t } = useTranslation();
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}-hint`} className="mt-3 min-w-0">
      <legend className="mb-1 text-sm font-medium">{t('media.title')}</legend>
      <div className="grid grid-cols-3 gap-2">
        {MEDIA.map((kind) => (
          <Toggle key={kind} kind={kind} />
        ))}
      </div>
      <p id={`${id}-hint`} className="mt-1 text-xs text-muted">
        {t('media.hint')}
      </p>
    </fieldset>
  );
}

function Toggle({ kind }: { kind: Media }) {
  const { t } = useTranslation();
  const room = useRoom();
  const allowed = useCan(kind);
  const on = useView((view) => view.media.get(view.self.id)?.[kind] ?? false);
  const [busy, run] = useAction();
  const label = t(`media.${kind}`);
  const Icon = on ? ICONS[kind].on : ICONS[kind].off;
  return (
    <button
      type="button"
      aria-pressed={on}
      disabled={busy || (!allowed && !on)}
      title={allowed ? label : t('media.locked', { what: label })}
      onClick={() => void run(() => room.setMedia({ [kind]: !on }))}
      className="flex min-w-0 flex-col items-center gap-1 rounded-lg border border-edge px-0.5 py-2 text-xs transition-colors enabled:hover:bg-accent-soft disabled:cursor-not-allowed disabled:opacity-55 aria-pressed:border-accent aria-pressed:bg-accent aria-pressed:text-on-accent enabled:aria-pressed:hover:bg-accent-strong"
    >
      <Icon aria-hidden className="size-5" />
      <span className="max-w-full truncate">{label}</span>
    </button>
  );
}

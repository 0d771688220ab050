import { useTranslation } from 'react-i18next';
import { EMOJI } from './emoji.ts';

/** A few emoji to choose one of. */
export function EmojiGrid({
  onPick,
  isOn,
}: {
  onPick: (emoji: string) => void;
  isOn?: (emoji: string) => boolean;
}) {
  const { t } = useTranslation();
  return (
    <div className="grid grid-cols-4 gap-1">
      {EMOJI.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={t('reactions.with', { emoji })}
          aria-pressed={isOn?.(emoji)}
          onClick={() => onPick(emoji)}
          className="flex size-tap items-center justify-center rounded-lg text-lg hover:bg-accent-soft aria-pressed:bg-accent-soft"
        >
          <span aria-hidden>{emoji}</span>
        </button>
      ))}
    </div>
  );
}

import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

type BarButtonProps = ComponentProps<'button'> & {
  icon: LucideIcon;
  label: string;
  /** The label in one word, to be seen below the picture. */
  word?: string;
  /** On a phone there is no place for the word. */
  tight?: boolean;
  /** A number beside the picture. */
  count?: number;
};

/**
 * A button of the bar under the conversation: a picture, a word, and a number where there is something to count. Those of a line
 * share its room, and on a wide screen longer words get more of it.
 */
export function BarButton({ icon: Icon, label, word, tight = false, count = 0, ...rest }: BarButtonProps) {
  const name = count > 0 ? `${label}: ${count}` : label;
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      {...rest}
      className="relative flex min-h-tap min-w-tap max-w-20 shrink-0 grow basis-tap lg:basis-auto flex-col items-center justify-center rounded-lg px-0.5 py-1 text-xs font-medium transition-colors enabled:hover:bg-accent-soft disabled:cursor-not-allowed disabled:opacity-55 aria-pressed:bg-accent aria-pressed:text-on-accent enabled:aria-pressed:hover:bg-accent-strong"
    >
      <Icon aria-hidden className="size-5" />
      {word === undefined ? null : (
        <span className={`short:hidden ${tight ? 'max-sm:hidden' : ''}`}>{word}</span>
      )}
      {count > 0 ? (
        <span className="absolute top-0 left-1/2 ml-1 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 leading-none font-semibold text-on-accent">
          {' '}
          {count}
        </span>
      ) : null}
    </button>
  );
}

import { useId } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';

type SecretProps = { label: string; text: string; copy: string; hint?: string | undefined; large?: boolean };

/** A text to hand on, with a button that copies it. */
export function Secret({ label, text, copy, hint, large = false }: SecretProps) {
  const id = useId();
  return (
    <div>
      <p id={id} className="mb-1 text-sm font-medium">
        {label}
      </p>
      <div className="flex items-center gap-2 rounded-lg border border-line bg-canvas p-1 pl-3">
        <output
          aria-labelledby={id}
          className={`min-w-0 flex-1 font-mono wrap-anywhere ${large ? 'text-lg whitespace-nowrap' : 'py-1 text-sm'}`}
        >
          {text}
        </output>
        <CopyButton text={text} label={copy} />
      </div>
      {hint === undefined ? null : <p className="mt-1 text-sm text-muted">{hint}</p>}
    </div>
  );
}

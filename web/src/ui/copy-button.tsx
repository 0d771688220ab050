import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from './toasts.tsx';

/** Copies a text and says that it did. `small`: to stand inside a line of text. */
export function CopyButton({ text, label, small = false }: { text: string; label: string; small?: boolean }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    try {
      // Missing on pages that come over plain HTTP.
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      toast(t('invite.copyFailed'));
    }
  }

  const Icon = copied ? Check : Copy;
  return (
    <>
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={() => void copy()}
        className={`inline-flex shrink-0 items-center justify-center hover:bg-accent-soft ${small ? 'size-6 rounded' : 'size-tap rounded-lg'}`}
      >
        <Icon aria-hidden className={small ? 'size-4' : 'size-5'} />
      </button>
      <span role="status" className="sr-only">
        {copied ? t('invite.copied') : ''}
      </span>
    </>
  );
}

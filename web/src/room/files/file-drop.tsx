import { CloudUpload, FileUp } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';

const bringsFiles = (event: React.DragEvent): boolean => event.dataTransfer.types.includes('Files');

type FileDropProps = { mayShare: boolean; onFiles: (files: Iterable<File>) => void; children: ReactNode };

/** The ways in for files: a button, dropping anywhere on what is in it, pasting while it is shown. */
export function FileDrop({ mayShare, onFiles, children }: FileDropProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    if (files === null || files.length === 0) return;
    if (mayShare) onFiles([...files]);
    else toast(t('files.locked'));
  };
  const pasted = useRef(take);
  useEffect(() => {
    pasted.current = take;
  });
  // Whatever has the focus: nobody can tell by looking where a paste would go.
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = event.clipboardData?.files;
      if (files === undefined || files.length === 0) return;
      event.preventDefault();
      pasted.current(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
  return (
    // Dropping and pasting are two more ways in; the button is the one that everybody can use. What is taken here is not
    // for the conversation as well, from which the panel was opened.
    // biome-ignore lint/a11y/noStaticElementInteractions: it takes what is dropped, and is nothing to press.
    <div
      className="min-h-full"
      onDragOver={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(mayShare);
      }}
      onDragLeave={(event) => {
        const isInside =
          event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
        if (!isInside) setOver(false);
      }}
      onDrop={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <input
        ref={field}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          take(event.target.files);
          event.target.value = '';
        }}
      />
      <div
        className={`mb-4 flex flex-col items-center gap-2 rounded-2xl border-2 border-dashed p-4 text-center ${over ? 'border-accent bg-accent-soft' : 'border-edge'}`}
      >
        <CloudUpload aria-hidden className="size-6 text-muted" />
        {/* Where there is only a finger, nothing is dropped or pasted. */}
        <p className={`text-sm text-muted ${mayShare ? 'pointer-coarse:hidden' : ''}`}>
          {t(mayShare ? 'files.dropHint' : 'files.locked')}
        </p>
        <Button icon={FileUp} disabled={!mayShare} onClick={() => field.current?.click()}>
          {t('files.choose')}
        </Button>
      </div>
      {children}
    </div>
  );
}

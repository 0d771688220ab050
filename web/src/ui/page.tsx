import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '../app/router.tsx';
import { setTitle } from '../app/title.ts';
import { Settings, SettingsButton } from '../settings/settings.tsx';
import { LanguageSelect } from './language-select.tsx';
import { Logo } from './logo.tsx';

/**
 * A page outside the meeting: the mark on top, the content below. `title` is the document's; where it changes, the
 * focus goes to the content, so that a screen reader follows.
 */
export function Page({
  title,
  wide = false,
  corner,
  children,
}: {
  title: string;
  wide?: boolean;
  /** Stands at the end of the top line. */
  corner?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    setTitle(title === t('app.name') ? title : `${title} · ${t('app.name')}`);
    if (!first.current || history.state !== null || performance.now() > 3_000) {
      // From its top on, wherever the view before was scrolled to.
      window.scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [title, t]);
  return (
    <div className="flex min-h-full flex-col">
      <TopBar className={wide ? 'mx-auto max-w-5xl py-4' : 'mx-auto max-w-xl py-4'} corner={corner} />
      <main
        ref={main}
        tabIndex={-1}
        className={`mx-auto flex w-full flex-1 flex-col px-4 pb-12 ${wide ? 'max-w-5xl' : 'max-w-xl justify-center'}`}
      >
        {children}
      </main>
    </div>
  );
}

/** The mark, which leads to the start page, and what stands at the end of the line. */
export function TopBar({ className, corner }: { className: string; corner: ReactNode }) {
  const { t } = useTranslation();
  return (
    <header className={`flex w-full items-center gap-2 px-4 ${className}`}>
      <Link
        href="/"
        className="mr-auto flex items-center gap-2 rounded-lg text-lg font-semibold tracking-tight"
      >
        <Logo />
        <span className="max-[24rem]:sr-only">{t('app.name')}</span>
      </Link>
      {/* Who is logged in is known later than the rest, and moves nothing when it comes. */}
      {corner}
      <LanguageSelect />
      <SettingsButton />
      <Settings />
    </header>
  );
}

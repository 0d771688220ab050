import { useTranslation } from 'react-i18next';
import { useNameOf, useView } from '../room-context.tsx';

/** Names that are spelled out; of more people the number is told. */
const SPELLED_OUT = 2;

/** Who is writing. It has its place also while nobody is, so that nothing jumps. */
export function TypingLine() {
  const { t, i18n } = useTranslation();
  const typing = useView((view) => view.typing);
  const nameOf = useNameOf();
  const names = [...typing.keys()].map((id) => nameOf(id) ?? t('chat.somebody'));
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(names);
  const text =
    names.length > SPELLED_OUT
      ? t('tools.typingMany', { count: names.length })
      : t('tools.typing', { names: list, count: names.length });
  return (
    <div className="px-3 sm:px-4">
      <p className="mx-auto h-5 max-w-3xl truncate text-sm text-muted">{names.length === 0 ? '' : text}</p>
    </div>
  );
}

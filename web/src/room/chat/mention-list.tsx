import { useTranslation } from 'react-i18next';
import { Avatar } from '../../ui/avatar.tsx';
import type { MentionPicker } from './use-mention-picker.ts';

/** The people who match what stands after an @. The field keeps the focus; arrow keys move through the list. */
export function MentionList({ picker, id }: { picker: MentionPicker; id: string }) {
  const { t } = useTranslation();
  const { people, active, choose } = picker;
  return (
    <>
      <p role="status" className="sr-only">
        {people.length > 0 ? t('chat.mentionsFound', { count: people.length }) : ''}
      </p>
      {people.length === 0 ? null : (
        <div
          role="listbox"
          id={id}
          aria-label={t('chat.mentions')}
          className="absolute inset-x-0 bottom-14 max-w-sm rounded-xl border border-line bg-raised p-1 shadow-lg"
        >
          {people.map((person, index) => (
            <div
              key={person.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              tabIndex={-1}
              // Before the field would lose the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                choose(person);
              }}
              className="flex cursor-pointer items-center gap-3 rounded-lg px-2 py-1 aria-selected:bg-accent-soft"
            >
              <Avatar id={person.account ?? person.id} name={person.name} picture={person.avatar} />
              <span className="truncate">{person.name}</span>
            </div>
          ))}
        </div>
      )}
    </>
  );
}

import type { Person, Presence } from '../../../src/protocol/index.ts';
import { Avatar } from '../ui/avatar.tsx';

/** Each by its colour and by its shape: a full disc, a ring, a disc with a bar. */
const DOTS: Readonly<Record<Exclude<Presence, 'offline'>, string>> = {
  online: 'bg-accent',
  away: 'border-2 border-warn bg-surface',
  meeting: 'bg-danger',
};

type FaceProps = {
  person: Pick<Person, 'id' | 'name' | 'avatar'>;
  /** Left out: it is not shown. The words for it stand beside. */
  presence?: Presence;
  size?: 'medium' | 'large';
};

/** Somebody's picture, with a dot that shows whether they are here. */
export function Face({ person, presence = 'offline', size = 'medium' }: FaceProps) {
  return (
    <span aria-hidden className="relative flex shrink-0">
      <Avatar id={person.id} name={person.name} picture={person.avatar} size={size} />
      {presence === 'offline' ? null : (
        <span className="absolute -right-0.5 -bottom-0.5 flex size-3.5 items-center justify-center rounded-full bg-surface">
          <span className={`flex size-2.5 items-center justify-center rounded-full ${DOTS[presence]}`}>
            {presence === 'meeting' ? <span className="h-0.5 w-1.5 bg-surface" /> : null}
          </span>
        </span>
      )}
    </span>
  );
}

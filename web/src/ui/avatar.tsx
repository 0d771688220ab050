import { useState } from 'react';
import { hueOf, initialOf } from './person.ts';

const HUES = ['bg-hue-1', 'bg-hue-2', 'bg-hue-3', 'bg-hue-4', 'bg-hue-5', 'bg-hue-6'] as const;
const SIZES = { small: 'size-8 text-sm', medium: 'size-10 text-base', large: 'size-20 text-xl' } as const;

type AvatarProps = {
  id: string;
  name: string;
  /** Address of their picture; the initial stands for it until it is there, and where it can't be loaded. */
  picture?: string | null | undefined;
  dim?: boolean;
  size?: keyof typeof SIZES;
};

/** A person's picture, or their initial on a ground of their own. Decoration: the name stands beside it. */
export function Avatar({ id, name, picture = null, dim = false, size = 'small' }: AvatarProps) {
  const [loaded, setLoaded] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const isThere = picture !== null && loaded === picture;
  return (
    <span
      aria-hidden="true"
      className={`relative flex shrink-0 items-center justify-center overflow-hidden rounded-full font-semibold ${SIZES[size]} ${HUES[hueOf(id, HUES.length)]} ${dim ? 'opacity-50' : ''}`}
    >
      {initialOf(name)}
      {picture === null || failed === picture ? null : (
        <img
          src={picture}
          alt=""
          loading="lazy"
          draggable={false}
          onLoad={() => setLoaded(picture)}
          onError={() => setFailed(picture)}
          // A ground of its own: the initial would shine through a picture that does.
          className={`absolute inset-0 size-full bg-surface object-cover ${isThere ? '' : 'opacity-0'}`}
        />
      )}
    </span>
  );
}

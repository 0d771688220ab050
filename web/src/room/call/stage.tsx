import './texts.ts';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FloatingReactions } from '../reactions/floating-reactions.tsx';
import { useView } from '../room-context.tsx';
import { keepAwake } from './awake.ts';
import { CallBar } from './call-bar.tsx';
import { CallState } from './call-state.tsx';
import { Sounds } from './sounds.tsx';
import { Tiles } from './tile-list.tsx';
import { type Arrangement, largeOf, type Tile, tilesOf } from './tiles.ts';
import { usePeople } from './use-people.ts';

type StageProps = {
  /** In a row alone, beside something else. */
  strip: boolean;
  /** More to press, behind what the bar has. */
  more?: ReactNode;
};

/** The meeting's picture: everybody alike, or one large with the others in a row. */
export default function Stage({ strip, more }: StageProps) {
  const { t } = useTranslation();
  const self = useView((view) => view.self.id);
  const spotlight = useView((view) => view.spotlight);
  const { people, speaker } = usePeople();
  const [arrangement, arrange] = useState<Arrangement>('grid');
  const [pinned, setPinned] = useState<string | null>(null);
  useEffect(() => keepAwake(document, navigator.wakeLock), []);
  const tiles = tilesOf(people, self, spotlight);
  const spoke = (member: string): number => people.find(({ id }) => id === member)?.spoke ?? 0;
  const large = strip
    ? null
    : largeOf(tiles, { self, pinned, spotlight, speaker: arrangement === 'speaker' ? speaker : undefined });
  const pin = (tile: Tile) => setPinned(tile.key === pinned ? null : tile.key);
  return (
    <section
      aria-label={t('call.title')}
      className={`flex min-h-0 min-w-0 flex-col bg-canvas ${strip ? 'shrink-0' : 'flex-1'}`}
    >
      <CallState />
      <div
        className={`relative flex flex-col p-2 ${strip ? 'h-28 shrink-0 short:hidden' : 'min-h-0 flex-1 sm:p-3'}`}
      >
        <Tiles tiles={tiles} large={large} row={strip} spoke={spoke} {...(strip ? {} : { onPin: pin })} />
        {strip ? null : <FloatingReactions />}
      </div>
      <Sounds />
      <CallBar arrangement={arrangement} onArrange={strip ? null : arrange} more={more} />
    </section>
  );
}

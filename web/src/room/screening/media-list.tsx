import { Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { useChanges } from '../../ui/use-action.ts';
import { useCan, useRoom, useView } from '../room-context.tsx';
import { AddMedia } from './add-media.tsx';
import { MediaRow } from './media-row.tsx';
import { beforeAt } from './order.ts';
import { SubtitlesDialog } from './subtitles-dialog.tsx';

/** What is on the list, in its order. Whoever may steer adds, moves and takes off. */
export function MediaList() {
  const { t } = useTranslation();
  const room = useRoom();
  const items = useView(({ watch }) => watch.items);
  const playing = useView(({ watch }) => watch.playback.item);
  const maySteer = useCan('watch');
  const run = useChanges();
  const [adding, setAdding] = useState(false);
  const [titled, setTitled] = useState<number | null>(null);
  /** What is dragged, and what was last said of a move. */
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState('');
  const ids = items.map(({ id }) => id);

  // A line that has moved within the page has lost the focus; whoever moves it goes on with what they have pressed.
  const list = useRef<HTMLOListElement>(null);
  const moved = useRef<{ readonly item: number; readonly pressed: string | undefined } | null>(null);
  useEffect(() => {
    const { activeElement } = document;
    // A button that is of no use at its new place loses it, too, a moment later.
    const isLost = activeElement === document.body || activeElement?.matches(':disabled') === true;
    if (moved.current === null || !isLost) return;
    const { item, pressed } = moved.current;
    const find = (name: string | number | undefined) =>
      list.current?.querySelector<HTMLElement>(`[data-moves="${name}"]:enabled`);
    if (items.some(({ id }) => id === item)) (find(pressed) ?? find(item))?.focus();
  }, [items]);

  const move = (item: number, place: number): void => {
    const before = beforeAt(ids, item, place);
    if (before === undefined) return;
    const { activeElement } = document;
    moved.current = {
      item,
      pressed: activeElement instanceof HTMLElement ? activeElement.dataset.moves : undefined,
    };
    const title = items.find(({ id }) => id === item)?.title ?? '';
    void run(async () => {
      await room.watch.move(item, before);
      setSaid(t('screening.moved', { title, place: Math.min(place, ids.length - 1) + 1 }));
    });
  };

  return (
    <section aria-label={t('screening.list')}>
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-base font-semibold">{t('screening.list')}</h3>
        {maySteer ? (
          <Button icon={Plus} disabled={items.length >= LIMITS.watchItems} onClick={() => setAdding(true)}>
            {t('screening.add')}
          </Button>
        ) : null}
      </div>
      {items.length === 0 ? <p className="mt-2 text-sm text-muted">{t('screening.empty')}</p> : null}
      <ol ref={list} className="mt-2 flex flex-col gap-1">
        {items.map((item, place) => (
          <MediaRow
            key={item.id}
            item={item}
            isPlaying={item.id === playing}
            maySteer={maySteer}
            isFirst={place === 0}
            isLast={place === items.length - 1}
            isDragged={item.id === dragged}
            onDrag={(on) => setDragged(on ? item.id : null)}
            onDrop={() => {
              if (dragged !== null) move(dragged, place);
              setDragged(null);
            }}
            onMove={(by) => move(item.id, Math.max(0, place + by))}
            onSubtitles={() => setTitled(item.id)}
          />
        ))}
      </ol>
      <p role="status" className="sr-only">
        {said}
      </p>
      <AddMedia open={adding && maySteer} onClose={() => setAdding(false)} />
      <SubtitlesDialog
        item={items.find(({ id }) => id === titled && maySteer) ?? null}
        onClose={() => setTitled(null)}
      />
    </section>
  );
}

import { ArrowDown, ArrowUp, Captions, GripVertical, Play, Trash2, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { WatchItem } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useNameOf, useRoom } from '../room-context.tsx';
import { Poster } from './poster-picture.tsx';
import { showTime } from './show-time.ts';

type MediaRowProps = {
  item: WatchItem;
  isPlaying: boolean;
  maySteer: boolean;
  isFirst: boolean;
  isLast: boolean;
  isDragged: boolean;
  onDrag: (on: boolean) => void;
  /** What is dragged was let go here. */
  onDrop: () => void;
  /** Places up (negative) or down. */
  onMove: (by: -1 | 1) => void;
  onSubtitles: () => void;
};

/** One line of the list. It is dragged, or moved by its handle with the arrow keys, or by two buttons. */
export function MediaRow(props: MediaRowProps) {
  const { item, isPlaying, maySteer, isFirst, isLast, isDragged } = props;
  const { onDrag, onDrop, onMove, onSubtitles } = props;
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  const { id, title } = item;
  return (
    <li
      aria-current={isPlaying || undefined}
      draggable={maySteer}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        // Some browsers drag nothing that has no content.
        event.dataTransfer.setData('text/plain', title);
        onDrag(true);
      }}
      onDragEnd={() => onDrag(false)}
      onDragOver={(event) => maySteer && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
      className={`flex flex-wrap items-center gap-x-2 rounded-lg p-1 sm:flex-nowrap ${isPlaying ? 'bg-accent-soft' : ''} ${isDragged ? 'opacity-55' : ''}`}
    >
      {maySteer ? (
        <IconButton
          label={t('screening.move', { title })}
          icon={GripVertical}
          data-moves={id}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            onMove(event.key === 'ArrowUp' ? -1 : 1);
          }}
          className="cursor-grab! text-muted"
        />
      ) : null}
      <Poster item={item} className="h-12 w-20 shrink-0 rounded" />
      <div className="min-w-0 flex-1 basis-36 sm:basis-0">
        <p dir="auto" className="truncate text-sm font-medium">
          {title}
        </p>
        <Details item={item} isPlaying={isPlaying} />
      </div>
      {maySteer ? (
        <div className="ml-auto flex">
          <IconButton
            label={t('screening.watch', { title })}
            icon={Play}
            disabled={busy}
            onClick={() => void run(() => room.watch.select(id))}
          />
          <IconButton
            label={t('screening.up', { title })}
            icon={ArrowUp}
            data-moves={`${id} up`}
            disabled={isFirst}
            onClick={() => onMove(-1)}
          />
          <IconButton
            label={t('screening.down', { title })}
            icon={ArrowDown}
            data-moves={`${id} down`}
            disabled={isLast}
            onClick={() => onMove(1)}
          />
          <IconButton label={t('screening.subtitlesOf', { title })} icon={Captions} onClick={onSubtitles} />
          <IconButton
            label={t('screening.remove', { title })}
            icon={Trash2}
            disabled={busy}
            onClick={() => void run(() => room.watch.remove(id))}
          />
        </div>
      ) : null}
    </li>
  );
}

function Details({ item, isPlaying }: { item: WatchItem; isPlaying: boolean }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const { failed, by, duration } = item;
  if (failed !== null)
    return (
      <p className="flex items-center gap-1 text-sm text-danger">
        <TriangleAlert aria-hidden className="size-4 shrink-0" />
        {t(`screening.failed.${failed.reason}`, { name: nameOf(failed.by) ?? t('chat.somebody') })}
      </p>
    );
  return (
    <p className="truncate text-sm text-muted">
      {[
        isPlaying ? t('screening.now') : '',
        duration === null ? '' : showTime(duration),
        by === undefined ? '' : t('screening.by', { name: nameOf(by) ?? t('chat.somebody') }),
      ]
        .filter((part) => part !== '')
        .join(' · ')}
    </p>
  );
}

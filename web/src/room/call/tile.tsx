import { Maximize2, MicOff, Minimize2, ScreenShare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CallMember, CallSelf } from '../../../../src/client/call/index.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { HandMark } from '../hands/hand-mark.tsx';
import { useFaceOf, useNameOf, useView } from '../room-context.tsx';
import { useCallView } from './call-context.tsx';
import { useMirror } from './preferences.ts';
import { QualityMark } from './quality-mark.tsx';
import type { Tile } from './tiles.ts';
import { Video } from './video.tsx';

/** From this width on (CSS pixels) a tile has room for a large face. */
const ROOMY = 240;

type TileViewProps = {
  tile: Tile;
  /** It is the large one. */
  large?: boolean;
  /** CSS pixels; left out: as large as its place. */
  size?: { readonly width: number; readonly height: number };
  onPin?: (tile: Tile) => void;
};

/** Somebody, or what they share. */
export function TileView({ tile, large = false, size, onPin }: TileViewProps) {
  const { member, kind } = tile;
  const { t } = useTranslation();
  const own = useView((view) => view.self.id) === member;
  const name = useNameOf()(member) ?? t('chat.somebody');
  const theirs = useCallView<CallMember | CallSelf | undefined>(
    (view) => (own ? view.self : view.members.get(member)),
    undefined,
  );
  const media = useView((view) => view.media.get(member));
  const [mirror] = useMirror();
  const isPerson = kind === 'person';
  const track = theirs?.[isPerson ? 'camera' : 'screen'] ?? null;
  const label = t(isPerson ? 'call.pictureOf' : 'call.screenOf', { name });
  const speaks = isPerson && media?.speaking === true;
  return (
    <li
      data-tile={tile.key}
      data-speaks={speaks || undefined}
      style={size}
      className="@container group relative min-h-0 min-w-0 overflow-hidden rounded-xl bg-surface"
    >
      {isPerson ? <Face member={member} name={name} large={large || (size?.width ?? 0) >= ROOMY} /> : null}
      {own && !isPerson ? <OwnScreen /> : null}
      {track === null || (own && !isPerson) ? null : (
        <Video
          track={track}
          label={label}
          fit={!isPerson || large ? 'contain' : 'cover'}
          mirrored={own && isPerson && mirror}
        />
      )}
      {/* Over the picture, which would cover a border of its own. */}
      <span
        aria-hidden
        className={`pointer-events-none absolute inset-0 rounded-xl ${speaks ? 'border-4 border-accent' : 'border border-line'}`}
      />
      <div className="pointer-events-none absolute inset-x-2 bottom-2 flex">
        <p className="flex min-h-6 min-w-0 items-center gap-1 rounded-lg bg-surface/90 px-2 text-sm text-ink">
          {isPerson && media?.microphone !== true ? (
            <>
              <MicOff aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="sr-only">{t('call.microphoneOff')}</span>
            </>
          ) : null}
          <span className="truncate">{isPerson ? name : label}</span>
          {own && isPerson ? <span className="shrink-0">({t('chat.you')})</span> : null}
          {isPerson ? <HandMark member={member} /> : null}
          {isPerson && theirs !== undefined && 'quality' in theirs ? (
            <QualityMark quality={theirs.quality} />
          ) : null}
        </p>
      </div>
      {onPin === undefined ? null : (
        <PinButton name={isPerson ? name : label} large={large} onPress={() => onPin(tile)} />
      )}
    </li>
  );
}

/** Seen where somebody points or has the keyboard; by touch wherever it does not cover half of a face. */
function PinButton({ name, large, onPress }: { name: string; large: boolean; onPress: () => void }) {
  const { t } = useTranslation();
  const label = t(large ? 'call.smaller' : 'call.larger', { name });
  const Icon = large ? Minimize2 : Maximize2;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onPress}
      className="absolute top-1 right-1 flex size-tap items-center justify-center rounded-lg bg-surface/90 text-ink transition-opacity hover:bg-accent-soft not-group-hover:not-group-focus-within:pointer-fine:opacity-0 @max-[12.5rem]:not-group-hover:not-group-focus-within:opacity-0"
    >
      <Icon aria-hidden className="size-4" />
    </button>
  );
}

/** Beneath the picture: what is seen where there is none, or not yet. */
function Face({ member, name, large }: { member: string; name: string; large: boolean }) {
  const { of, picture } = useFaceOf()(member);
  return (
    <div className="absolute inset-0 flex items-center justify-center pb-6">
      <Avatar id={of} name={name} picture={picture} size={large ? 'large' : 'medium'} />
    </div>
  );
}

/** Whoever shares the screen sees it anyway, and would see it in itself without an end. */
function OwnScreen() {
  const { t } = useTranslation();
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-1 p-2 pb-8 text-center text-sm text-muted">
      <ScreenShare aria-hidden className="size-5 shrink-0" />
      <span className="@max-[12rem]:sr-only">{t('call.sharing')}</span>
    </div>
  );
}

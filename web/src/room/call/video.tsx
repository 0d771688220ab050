import { useEffect, useRef, useState } from 'react';

/** A moving picture without sound, seen from its first frame on. `fit`: whole (screens) or filling its place (faces). */
export function Video({
  track,
  label,
  fit,
  mirrored = false,
}: {
  track: MediaStreamTrack;
  label: string;
  fit: 'contain' | 'cover';
  mirrored?: boolean;
}) {
  const element = useRef<HTMLVideoElement>(null);
  const [seen, setSeen] = useState<MediaStreamTrack | null>(null);
  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    video.srcObject = new MediaStream([track]);
    // A browser that waits for a press shows the first picture, and goes on with the first press anywhere.
    void video.play().catch(() => {});
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={element}
      muted
      playsInline
      autoPlay
      aria-label={label}
      onLoadedData={() => setSeen(track)}
      className={`absolute inset-0 size-full ${fit === 'cover' ? 'object-cover' : 'bg-canvas object-contain'} ${mirrored ? '-scale-x-100' : ''} ${seen === track ? '' : 'opacity-0'}`}
    />
  );
}

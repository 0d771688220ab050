/** How loud a track is. */
export interface Meter {
  /** At this moment, 0 to 1: the root mean square of the last 20 ms or so. */
  level(): number;
  close(): void;
}

/** Samples that are looked at: 21 ms at 48 kHz. */
const WINDOW = 1_024;

const SILENT: Meter = { level: () => 0, close: () => undefined };

function rootMeanSquare(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / samples.length));
}

/**
 * Measures a track of sound, also one that is sent to nobody, and that of a preview. It looks at a clone, so whatever is done to
 * the track otherwise is of no matter; close it, or the microphone stays on. Without AudioContext (Node) all is silent.
 */
export function openMeter(track: MediaStreamTrack): Meter {
  if (typeof AudioContext === 'undefined' || track.kind !== 'audio') return SILENT;
  const clone = track.clone();
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: WINDOW });
  const source = context.createMediaStreamSource(new MediaStream([clone]));
  source.connect(analyser);
  const samples = new Float32Array(WINDOW);
  return {
    level: () => {
      // A browser may hold sound back until somebody has pressed something.
      if (context.state === 'suspended') context.resume().catch(() => undefined);
      analyser.getFloatTimeDomainData(samples);
      return rootMeanSquare(samples);
    },
    close: () => {
      source.disconnect();
      clone.stop();
      context.close().catch(() => undefined);
    },
  };
}

import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Call, CallView } from '../../../../src/client/call/index.ts';
import { describeError } from '../../app/errors.ts';
import { toast } from '../../ui/toasts.tsx';
import { useFileUploads } from '../files/use-file-uploads.ts';
import { useRoom } from '../room-context.tsx';
import { type CallPhase, CallSession } from './call-session.ts';
import { DeviceError } from './device-error.ts';
import type { Kind } from './held.ts';
import { RecordError, Recorder, type RecorderState } from './recording/recorder.ts';
import { takenText } from './taken-text.ts';

interface Part {
  readonly session: CallSession;
  readonly recorder: Recorder;
}

const CallContext = createContext<Part | null>(null);

/** Your part in picture and sound, for as long as you are in the room. */
export function CallProvider({ children }: { children: ReactNode }) {
  const room = useRoom();
  const shelf = useFileUploads();
  const part = useMemo(() => {
    const session = new CallSession(room);
    return { session, recorder: new Recorder({ room, session, shelf }) };
  }, [room, shelf]);
  const { session, recorder } = part;
  const describe = useDescribe();
  // Another language is no reason to come in anew.
  const say = useEffectEvent((error: unknown) => toast(describe(error)));
  useEffect(() => {
    recorder.begin();
    return () => recorder.end();
  }, [recorder]);
  useTakenToasts(session);
  useEffect(() => {
    const stop = session.onFault((error) => say(error));
    session.begin();
    return () => {
      session.end();
      stop();
    };
  }, [session]);
  return <CallContext value={part}>{children}</CallContext>;
}

function useTakenToasts(session: CallSession): void {
  const { t } = useTranslation();
  useEffect(
    () =>
      session.onTaken((taken) => {
        const text = takenText(t, taken);
        if (text !== null) toast(text);
      }),
    [session, t],
  );
}

function usePart(): Part {
  const part = useContext(CallContext);
  if (part === null) throw new Error('unable to use the call; the component stands outside of CallProvider');
  return part;
}

export const useCallSession = (): CallSession => usePart().session;

export const useRecorder = (): Recorder => usePart().recorder;

export function useRecorderState(): RecorderState {
  const recorder = useRecorder();
  return useSyncExternalStore(recorder.subscribe, () => recorder.state);
}

export function useCallPhase(): CallPhase {
  const session = useCallSession();
  return useSyncExternalStore(session.subscribe, () => session.phase);
}

const never = (): (() => void) => () => {};

const NONE: ReadonlySet<Kind> = new Set();

/** Your devices that are on their way to be open. */
export function useOpening(): ReadonlySet<Kind> {
  const session = useCallSession();
  return useSyncExternalStore(session.subscribe, () =>
    session.phase.at === 'on' ? session.phase.sending.opening : NONE,
  );
}

/** A part of what is known of the call; `missing` where you take no part. `select` must pick, not build. */
export function useCallView<T>(select: (view: CallView) => T, missing: T): T {
  const phase = useCallPhase();
  const call: Call | null = phase.at === 'on' ? phase.call : null;
  return useSyncExternalStore(call?.subscribe ?? never, () => (call === null ? missing : select(call.state)));
}

/** Why something of the call failed, in words that say what to do. */
export function useDescribe(): (error: unknown) => string {
  const { t } = useTranslation();
  return useMemo(
    () => (error: unknown) => {
      if (error instanceof RecordError) return t('call.recordFailed');
      return error instanceof DeviceError
        ? t(`call.failure.${error.failure}`, { what: t(`media.${error.device}`) })
        : describeError(t, error);
    },
    [t],
  );
}

import type {
  Media,
  Outcome,
  SfuCloseResponse,
  SfuPublishResponse,
  SfuSessionResponse,
  SfuSubscribeResponse,
} from '../protocol/index.ts';

interface OfSession {
  readonly member: string;
  readonly session: string;
}

/** What the Worker asks of a room about its members' connections to the SFU. */
export interface SfuRequests {
  begin: { readonly member: string; readonly call: string };
  publish: OfSession & {
    readonly sdp: string;
    readonly tracks: readonly { readonly mid: string; readonly media: Media }[];
  };
  subscribe: OfSession & {
    readonly tracks: readonly { readonly member: string; readonly track: string; readonly rid?: string }[];
  };
  answer: OfSession & { readonly sdp: string };
  layers: OfSession & {
    readonly tracks: readonly {
      readonly mid: string;
      readonly member: string;
      readonly track: string;
      readonly rid: string;
    }[];
  };
  close: OfSession & { readonly mids: readonly string[]; readonly sdp?: string };
}

export interface SfuAnswers {
  begin: SfuSessionResponse;
  publish: SfuPublishResponse;
  subscribe: SfuSubscribeResponse;
  answer: Record<string, never>;
  layers: Record<string, never>;
  close: SfuCloseResponse;
}

/** The Worker's calls about the SFU. None may be repeated: each changes what the SFU has negotiated. */
export interface SfuRpc {
  sfu<K extends keyof SfuRequests>(call: K, request: SfuRequests[K]): Promise<Outcome<SfuAnswers[K]>>;
}

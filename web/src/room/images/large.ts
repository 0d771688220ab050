import type { AskUrl } from './use-image-url.ts';

/** A picture that is shown large. */
export interface Large {
  readonly image: string;
  readonly caption: string;
  /** ms. */
  readonly at: number;
  readonly author: string;
  readonly alt: string;
}

export type PictureDialogProps = {
  /** null: it is closed. */
  shown: Large | null;
  /** Stays the same from one rendering to the next, as `onClose` does. */
  askUrl: AskUrl;
  onClose: () => void;
};

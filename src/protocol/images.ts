import * as v from 'valibot';
import { CountSchema, defineCommand, defineEvent } from './define.ts';
import { ImageIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { textSchema } from './text.ts';

/** Picture types that are taken, told by their bytes. SVG is not one of them: it can run script. */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

export const CaptionSchema = textSchema(LIMITS.captionLength, 0);

export const imagesCommands = {
  'image.upload': defineCommand({
    kind: 'durable',
    rate: 'image',
    needs: 'image',
    summary:
      'Shares a picture of up to 1 MiB. Only as a binary frame: header length (4 bytes, big-endian), this command as JSON, the bytes of the picture.',
    fields: { caption: v.optional(CaptionSchema) },
  }),
  'image.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    forHostKey: true,
    summary: "Removes a picture: the sender their own, host and co-host anyone's.",
    fields: { image: ImageIdSchema },
  }),
};

export const imagesEvents = {
  'image.shared': defineEvent({
    class: 'durable',
    summary: 'A picture was shared. The reference only; the bytes are fetched over HTTP.',
    fields: {
      image: ImageIdSchema,
      type: v.picklist(IMAGE_TYPES),
      /** Bytes. */
      size: CountSchema,
      /** Pixels. */
      width: CountSchema,
      height: CountSchema,
      caption: v.string(),
    },
  }),
  'image.removed': defineEvent({
    class: 'durable',
    summary: 'A picture was removed and its bytes are deleted.',
    fields: { image: ImageIdSchema },
  }),
};

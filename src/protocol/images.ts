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
    fields: { caption: v.optional(CaptionSchema) },
  }),
  'image.remove': defineCommand({
    kind: 'durable',
    rate: 'control',
    forHostKey: true,
    fields: { image: ImageIdSchema },
  }),
};

export const imagesEvents = {
  'image.shared': defineEvent({
    class: 'durable',
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
    fields: { image: ImageIdSchema },
  }),
};

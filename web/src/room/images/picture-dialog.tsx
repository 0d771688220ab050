import { laterDialog } from '../../ui/later.tsx';
import type { PictureDialogProps } from './large.ts';

const PictureBox = laterDialog(async () => {
  const { PictureBox: Box } = await import('./picture-box.tsx');
  return (props: PictureDialogProps & { readonly open: boolean }) => <Box {...props} />;
});

/** A picture as large as the window allows. */
export const PictureDialog = (props: PictureDialogProps) => (
  <PictureBox open={props.shown !== null} {...props} />
);

/** The part of an archive that is looked at. */
interface Lasting {
  readonly list: readonly { readonly isOnDisk: boolean }[];
  subscribe(listener: () => void): () => void;
}

const ask = (event: Event): void => event.preventDefault();

/**
 * As long as a recording lies in the page's memory alone, the page does not go unasked: whatever is shown, and whoever is logged in
 * meanwhile.
 */
export function holdPage(archive: Lasting): void {
  let isHeld = false;
  archive.subscribe(() => {
    const isLostWithPage = archive.list.some(({ isOnDisk }) => !isOnDisk);
    if (isLostWithPage === isHeld) return;
    isHeld = isLostWithPage;
    if (isHeld) window.addEventListener('beforeunload', ask);
    else window.removeEventListener('beforeunload', ask);
  });
}

/** The look of one entry of a menu. */
export const menuItemClass =
  'flex min-h-tap cursor-pointer items-center gap-2 rounded-lg px-3 text-sm outline-none data-highlighted:bg-accent-soft data-disabled:cursor-not-allowed data-disabled:opacity-55';

/** The look of the menu itself; one that does not fit scrolls. */
export const menuPopupClass =
  'max-h-(--available-height) max-w-[calc(100vw-1rem)] min-w-40 overflow-y-auto rounded-xl border border-line bg-raised p-1 shadow-lg outline-none';

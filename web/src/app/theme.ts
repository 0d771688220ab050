import { choice } from './preference.ts';

/** How the page looks: as the system does, or always light, or always dark. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const theme = choice('parley.theme', THEMES, 'system');
export const useTheme = theme.use;

function apply(): void {
  const chosen = theme.get();
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

/** Before anything is drawn, so that nothing flashes. */
export const startTheme = apply;

export function chooseTheme(chosen: Theme): void {
  theme.set(chosen);
  apply();
}

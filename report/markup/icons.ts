import type { Ending } from '../history/execution-history';
import { type Html, html, markup } from './html';

/** SVG paths, stroked, in a 16 by 16 box. */
const paths = {
  succeeded: 'M3.5 8.5l3 3 6-7',
  caught: 'M8 3.2v5.6M8 12.2v.3',
  failed: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  stopped: 'M4.8 4.8h6.4v6.4h-6.4z',
  running: 'M8 4v4.2l2.8 1.8M8 1.8a6.2 6.2 0 1 1 0 12.4a6.2 6.2 0 0 1 0-12.4',
  retried: 'M12.8 8.6a4.9 4.9 0 1 1-1.4-4.1M12.4 1.9v3.3h-3.3',
  task: 'M4 13l4-7.6M5 3h1.8l4.6 10h1.6',
  choice: 'M8 2.8l5.2 5.2-5.2 5.2-5.2-5.2z',
  pass: 'M2.8 8h9.8M9 4.4l3.6 3.6-3.6 3.6',
  message: 'M2.2 4.2h11.6v7.6h-11.6zM2.2 4.8l5.8 4.4 5.8-4.4',
} as const;

export type IconName = Ending | keyof typeof paths;

export const iconPath = (name: IconName): Html => html`<path d="${markup(paths[name])}"/>`;

/** For use beside text that says the same; hidden from screen readers. */
export const icon = (name: IconName): Html =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${iconPath(name)}</svg>`;

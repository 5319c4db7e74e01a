import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Definition } from '../../statemachine/states-language';
import { html, markup } from '../markup/html';
import { colourOf, type ThemeName } from '../markup/themes';
import { drawDiagram } from './diagram';
import { layOut } from './layout';

/**
 * A state machine as an SVG file in one theme. CSS variables are replaced by colours, because not every image viewer
 * supports variables.
 */
export const stateMachinePicture = async (definition: Definition, theme: ThemeName): Promise<string> => {
  const styles = readFileSync(join(__dirname, 'diagram.css'), 'utf8').replace(/var\(--([\w-]+)\)/g, (_, name) =>
    colourOf(theme, name),
  );
  const layout = await layOut(definition);
  const ground = html`<rect width="${layout.width}" height="${layout.height}" rx="14" fill="${colourOf(theme, 'card')}"/>`;
  const label = `The state machine: ${definition.Comment ?? ''}`;
  return `${drawDiagram(definition, layout, { label, first: html`<style>${markup(styles)}</style>${ground}` }).html}\n`;
};

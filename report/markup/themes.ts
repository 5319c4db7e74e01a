/** A kind of state has three colours: its text and icon, its background (`-ground`) and its outline. */
const light = {
  page: '#f4f6f9',
  card: '#ffffff',
  ink: '#18202c',
  muted: '#566173',
  outline: '#d3d9e2',
  faint: '#eef1f5',
  link: '#1d5fc2',
  good: '#0f6b45',
  'good-ground': '#e2f5eb',
  'good-outline': '#4fb287',
  retry: '#7d5200',
  'retry-ground': '#ffeec6',
  'retry-outline': '#dba12e',
  caught: '#a3400a',
  'caught-ground': '#ffe8d6',
  'caught-outline': '#ea8c4b',
  bad: '#b01f2a',
  'bad-ground': '#fde5e6',
  'bad-outline': '#e06a72',
  run: '#1b57b0',
  'run-ground': '#e3eefd',
  'run-outline': '#6ea2e8',
  way: '#2c3a4f',
  unreached: '#687384',
};

type Theme = Readonly<Record<keyof typeof light, string>>;

const dark: Theme = {
  page: '#0e131a',
  card: '#171e28',
  ink: '#e7ecf3',
  muted: '#9ba8ba',
  outline: '#323d4c',
  faint: '#202936',
  link: '#7db2ff',
  good: '#6ee0aa',
  'good-ground': '#11352a',
  'good-outline': '#2f9469',
  retry: '#f5c766',
  'retry-ground': '#3b2d0c',
  'retry-outline': '#a67c1f',
  caught: '#ffb07c',
  'caught-ground': '#40260f',
  'caught-outline': '#b86a2f',
  bad: '#ff9aa0',
  'bad-ground': '#431a1e',
  'bad-outline': '#c2515a',
  run: '#93c1ff',
  'run-ground': '#152c4d',
  'run-outline': '#3f76c4',
  way: '#d3dceb',
  unreached: '#8d99ab',
};

export type ThemeName = 'light' | 'dark';

const variables = (theme: Theme): string =>
  Object.entries(theme)
    .map(([name, colour]) => `--${name}:${colour};`)
    .join('');

/** @throws Error if the theme has no colour of that name */
export const colourOf = (theme: ThemeName, name: string): string => {
  const colour = Object.entries(theme === 'light' ? light : dark).find(([each]) => each === name)?.[1];
  if (colour === undefined) throw new Error(`There is no colour ${name}.`);
  return colour;
};

/** Both themes: the one that the reader's system prefers, and the light one in print. */
export const themeStyles = (): string => `:root{color-scheme:light dark;${variables(light)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(dark)}}}`;

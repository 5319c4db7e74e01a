import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { edgesOf, usualWay } from '../../../report/diagram/graph';
import { placeLabels } from '../../../report/diagram/label-places';
import { layOut } from '../../../report/diagram/layout';
import { stateMachinePicture } from '../../../report/diagram/picture';
import { readDefinitionText } from '../../../statemachine/definition';
import type { Definition } from '../../../statemachine/states-language';

const definition = JSON.parse(readDefinitionText()) as Definition;

test.each(['light', 'dark'] as const)('the README’s %s picture matches the state machine’s file', async (theme) => {
  const file = join(__dirname, '..', '..', '..', 'docs', `state-machine-${theme}.svg`);
  // If this fails: npm run pictures
  expect(readFileSync(file, 'utf8')).toBe(await stateMachinePicture(definition, theme));
});

test('every state and every transition of the state machine is drawn once', async () => {
  const { places, lines } = await layOut(definition);
  expect(places.map(({ stateName }) => stateName).sort()).toEqual(Object.keys(definition.States).sort());
  expect(lines.map(({ edge }) => edge)).toEqual(expect.arrayContaining(edgesOf(definition)));
  expect(lines).toHaveLength(edgesOf(definition).length);
  // Counted in the text, to find a kind of transition that the graph does not know.
  expect(lines.length).toBe(readDefinitionText().match(/"(Next|Default)": /g)?.length);
});

test('the usual way is a straight line from Fetch to Rotated', async () => {
  const way = usualWay(definition);
  expect([way[0], way.at(-1)]).toEqual(['Fetch', 'Rotated']);
  const { places } = await layOut(definition);
  const columns = places.filter(({ stateName }) => way.includes(stateName)).map(({ x }) => Math.round(x));
  expect(new Set(columns).size).toBe(1);
});

test('states and labels do not overlap', async () => {
  const layout = await layOut(definition);
  const boxes = layout.places.map(({ x, y, width, height }) => [
    x - width / 2,
    x + width / 2,
    y - height / 2,
    y + height / 2,
  ]);
  const labels = placeLabels(layout).map(({ line, x, y, anchor }) => {
    const width = line.edge.label.length * 6;
    const left = anchor === 'start' ? x : x - width;
    return [left, left + width, y - 6, y + 6];
  });
  const cover = ([a = 0, b = 0, c = 0, d = 0]: number[], [e = 0, f = 0, g = 0, h = 0]: number[]): boolean =>
    a < f && e < b && c < h && g < d;
  const all = [...boxes, ...labels];
  expect(labels.length).toBeGreaterThan(5);
  expect(all.flatMap((one, index) => all.slice(index + 1).filter((other) => cover(one, other)))).toEqual([]);
});

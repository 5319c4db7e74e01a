import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paper, root } from './papers';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('the workflow runs what everybody runs, on each Node that the README says is tested, with no right to write', () => {
  const workflow = read('.github/workflows/ci.yml');
  expect([...workflow.matchAll(/- run: (.*)$/gm)].map(([, command]) => command)).toEqual(['bash .ci/run']);
  const [, told = ''] = /\(tested on ([\d, and]+)\)/.exec(paper('README.md').text) ?? [];
  const [, nodes = ''] = /node: \[(.*)\]/.exec(workflow) ?? [];
  expect(nodes.split(', ')).toEqual(told.split(/, | and /));
  expect(workflow).toMatch(/^permissions:\n {2}contents: read\n/m);
  expect(workflow).not.toMatch(/secrets\.|: write/);
});

test('no update of the CDK’s command line to the 3 that was published by accident', () => {
  const updates = read('.github/dependabot.yml');
  expect(updates).toMatch(/- dependency-name: aws-cdk\n {8}versions: \['>=3'\]/);
  expect(JSON.parse(read('package.json')).devDependencies['aws-cdk']).toMatch(/^~2\./);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviations } from './deviations';

test('the README’s tables are the known deviations', () => {
  const readme = readFileSync(join(__dirname, 'README.md'), 'utf8');
  const { MiniStack, moto } = deviations;
  for (const [service, title] of [
    ['secretsManager', 'Secrets Manager'],
    ['sns', 'SNS'],
  ] as const) {
    const rules = [...new Set([...Object.keys(MiniStack[service]), ...Object.keys(moto[service])])];
    const rows = rules.map((rule) => `| ${rule} | ${MiniStack[service][rule] ?? ''} | ${moto[service][rule] ?? ''} |`);
    expect(readme).toContain([`| ${title} | MiniStack | moto |`, '|---|---|---|', ...rows, ''].join('\n'));
  }
});

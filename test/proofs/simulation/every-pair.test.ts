import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

test('no single fault, no interleaving and, under the strictest conditions, no pair of faults breaks an invariant', () => {
  const args = ['--import', 'tsx', join(__dirname, 'start.ts'), '--quick', '--runs', '0'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  process.stdout.write(`${stdout}\n`);
  expect([status, stderr]).toEqual([0, '']);
  const [, scenarios, violations] = /^([\d,]+) scenarios, (\d+) violations/m.exec(stdout) ?? [];
  expect(violations).toBe('0');
  // There would be far fewer if points of faults were missed.
  expect(Number(scenarios?.replaceAll(',', ''))).toBeGreaterThan(130_000);
}, 1_800_000);

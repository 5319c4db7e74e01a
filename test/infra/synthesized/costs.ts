import { mostSecretsInStack, secretHas, stackHas } from '../../../bench/cost';
import { resourcesOf, synthesize, type Template } from '../template';

const numberOf = (template: Template, type: string): number => resourcesOf(template, type).length;

test('the costs count the resources of the stack and of each secret', async () => {
  for (const secretNames of [['a'], ['a', 'b', 'c']]) {
    const template = await synthesize({ secretNames });
    const { length } = secretNames;
    expect(Object.keys(template.Resources)).toHaveLength(stackHas.resources + secretHas.resources * length);
    expect(numberOf(template, 'AWS::CloudWatch::Alarm')).toBe(stackHas.alarms + secretHas.alarms * length);
    expect(numberOf(template, 'AWS::CloudWatch::Dashboard')).toBe(stackHas.dashboards);
  }
  expect(mostSecretsInStack).toBe(114);
});

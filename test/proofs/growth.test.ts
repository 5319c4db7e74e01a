import { expectQuotaOutlasted } from '../bench/growth';

test('hundreds of executions at once exceed Secrets Manager’s quota: all rotate, no token is lost, no alert is sent', () =>
  expectQuotaOutlasted(600));

import { expectQuotaOutlasted } from '../bench/growth';

test('hundreds of executions at once outlast Secrets Manager’s quota: all rotate, no token is lost, nobody is alarmed', () =>
  expectQuotaOutlasted(600));

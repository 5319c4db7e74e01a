import { runApp } from '../infra/run-app';

test('the app names the variable that is wrong and ends with 2; what is right says nothing', async () => {
  const [wrong, right] = await Promise.all([runApp({}, { KMS_KEY_ARN: 'mine' }), runApp({ secretNames: 'a' })]);
  expect(wrong).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Invalid setting KMS_KEY_ARN for secretKmsKeyArn \("mine"\):/),
  });
  expect(right).toEqual({ code: 0, stdout: '', stderr: '' });
});

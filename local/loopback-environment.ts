/**
 * Removes settings for real services, which the user's shell may contain. They would lead the clients away from
 * 127.0.0.1: through a proxy, to FIPS or dual-stack endpoints, or to what the AWS configuration files say. Call it
 * before any client loads.
 */
export const keepToThisMachine = (env: NodeJS.ProcessEnv): void => {
  // The AWS SDK reads this when it loads. This project supports Node 20, so its warning does not help the user.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  env.no_grpc_proxy = '127.0.0.1';
  env.AWS_CONFIG_FILE = '/dev/null';
  env.AWS_SHARED_CREDENTIALS_FILE = '/dev/null';
  for (const name of ['AWS_PROFILE', 'AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT', 'AWS_DEFAULTS_MODE']) {
    delete env[name];
  }
};

/**
 * What a shell may have set for real services would lead the clients away from 127.0.0.1: through a proxy, to FIPS or dual-stack
 * endpoints, or to whatever the AWS configuration files say. To be called before any client loads.
 */
export const keepToThisMachine = (env: NodeJS.ProcessEnv): void => {
  // Read by the AWS SDK when it loads: Node 20 is good enough for this project's users.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  env.no_grpc_proxy = '127.0.0.1';
  env.AWS_CONFIG_FILE = '/dev/null';
  env.AWS_SHARED_CREDENTIALS_FILE = '/dev/null';
  for (const name of ['AWS_PROFILE', 'AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT', 'AWS_DEFAULTS_MODE']) {
    delete env[name];
  }
};

import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type IFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionTimeoutSeconds } from '../functions/contract';
import { type FunctionName, functionNames } from '../statemachine/definition';
import { type Right, rights } from './rights';

const root = join(__dirname, '..');

/** In MB. Lambda gives processor time with memory, and those that load Momento's SDK have four times the code to start. */
const memorySize: Readonly<Record<FunctionName, number>> = {
  Fetch: 256,
  Refresh: 512,
  Validate: 512,
  Promote: 256,
  Alert: 256,
};

export interface RotationFunctionsProps {
  readonly environment: Readonly<Record<FunctionName, Readonly<Record<string, string>>>>;
  /** What each kind of resource is called in a policy; empty where there is none. */
  readonly resources: Readonly<Record<Right['on'], readonly string[]>>;
  readonly logRetention: RetentionDays;
}

/** The five functions, each with a role, a log group and rights of its own. */
export class RotationFunctions extends Construct {
  readonly all: Readonly<Record<FunctionName, IFunction>>;

  constructor(scope: Construct, id: string, props: RotationFunctionsProps) {
    super(scope, id);
    this.all = Object.fromEntries(functionNames.map((name) => [name, this.make(name, props)])) as Record<
      FunctionName,
      IFunction
    >;
  }

  private make(name: FunctionName, { environment, resources, logRetention }: RotationFunctionsProps): IFunction {
    const step = name.toLowerCase() as Lowercase<FunctionName>;
    const logGroup = new LogGroup(this, `${name}Logs`, {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, `${name}Role`, {
      description: `What the ${step} function may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    for (const { action, on } of rights[name]) {
      if (resources[on].length > 0) role.addToPolicy(this.statement(action, on, resources[on]));
    }
    const made = new NodejsFunction(this, name, {
      description: `Rotation of a Momento token: ${step}`,
      entry: join(root, 'functions', `${step}.lambda.ts`),
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memorySize[name],
      timeout: Duration.seconds(functionTimeoutSeconds[step]),
      environment: { ...environment[name] },
      role,
      logGroup,
      // The functions write JSON by themselves.
      loggingFormat: LoggingFormat.TEXT,
      tracing: Tracing.ACTIVE,
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.CJS,
        target: 'node24',
        minify: true,
        keepNames: true,
        logLevel: LogLevel.WARNING,
        // Lambda's own copy of the AWS SDK changes without notice.
        bundleAwsSDK: true,
      },
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray’s PutTraceSegments and PutTelemetryRecords take no resource.',
    });
    Validations.of(made).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The state machine calls it and waits for the answer: nothing is ever queued for it.',
    });
    return made;
  }

  private statement(action: string, on: Right['on'], resources: readonly string[]): PolicyStatement {
    const statement = new PolicyStatement({ actions: [action], resources: [...resources] });
    if (action.startsWith('kms:')) {
      const service = on === 'the topic’s key' ? 'sns' : 'secretsmanager';
      // The function cannot use the key by itself, only through the service that keeps what it encrypts.
      statement.addCondition('StringEquals', { 'kms:ViaService': `${service}.${Stack.of(this).region}.amazonaws.com` });
    }
    return statement;
  }
}

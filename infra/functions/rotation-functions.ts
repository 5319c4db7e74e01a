import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { AssetHashType, DockerImage, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  Code,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionName, functionNames } from '../../functions/contract/functions';
import { functionTable, type Right, type Variable } from './table';

const root = join(__dirname, '..', '..');

/** The file that `bundling.ts` makes. It holds the AWS SDK, too: Lambda's own copy changes without notice. */
const codeOf = (name: FunctionName): Code => {
  const command = ['--import', 'tsx', join('infra', 'functions', 'bundle.ts'), name];
  const tryBundle = (folder: string) => {
    execFileSync(process.execPath, [...command, folder], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    return true;
  };
  // The image is never run. The command differs for each function: the CDK bundles only once for equal options.
  const bundling = { image: DockerImage.fromRegistry('none'), command, local: { tryBundle } };
  return Code.fromAsset(root, { assetHashType: AssetHashType.OUTPUT, bundling });
};

export interface RotationFunctionsProps {
  /** `undefined`: not set. Each function gets only the ones that it reads. */
  readonly variables: Readonly<Record<Variable, string | undefined>>;
  /** The ARNs of each kind of resource, for policies; empty if the deployment has no such resource. */
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

  private make(name: FunctionName, { variables, resources, logRetention }: RotationFunctionsProps): IFunction {
    const step = name.toLowerCase();
    const entry = functionTable[name];
    const logGroup = new LogGroup(this, `${name}Logs`, {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, `${name}Role`, {
      description: `What the ${step} function may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    for (const { action, on } of entry.rights) {
      if (resources[on].length > 0) role.addToPolicy(this.statement(action, on, resources[on]));
    }
    const made = new LambdaFunction(this, name, {
      description: `Rotation of a Momento token: ${step}`,
      code: codeOf(name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: entry.memorySize,
      timeout: Duration.seconds(entry.timeoutSeconds),
      environment: Object.fromEntries(
        entry.variables.flatMap((variable) => {
          const value = variables[variable];
          return value === undefined ? [] : [[variable, value]];
        }),
      ),
      role,
      logGroup,
      // The functions already write JSON.
      loggingFormat: LoggingFormat.TEXT,
      tracing: Tracing.ACTIVE,
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray’s PutTraceSegments and PutTelemetryRecords take no resource.',
    });
    Validations.of(made).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The state machine calls it and waits for the answer: nothing is ever queued for it.',
    });
    // The CDK also lists the role in DependsOn, next to the policy of the role.
    (made.node.defaultChild as CfnFunction).addMetadata('cfn-lint', { config: { ignore_checks: ['W3005'] } });
    return made;
  }

  private statement(action: string, on: Right['on'], resources: readonly string[]): PolicyStatement {
    const statement = new PolicyStatement({ actions: [action], resources: [...resources] });
    if (action.startsWith('kms:')) {
      const service = on === "the topic's key" ? 'sns' : 'secretsmanager';
      // The function cannot use the key directly, only through the service whose data the key encrypts.
      statement.addCondition('StringEquals', { 'kms:ViaService': `${service}.${Stack.of(this).region}.amazonaws.com` });
    }
    return statement;
  }
}

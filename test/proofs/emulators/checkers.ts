import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { resolve, type Template } from '../../infra/template';
import { pythonBin } from './python';

const { EMULATORS_FOLDER = '' } = process.env;

/** Without the user's own configuration of a checker. */
const isolated = { cwd: EMULATORS_FOLDER, env: { PATH: process.env.PATH, HOME: EMULATORS_FOLDER } };

/** A known finding, and why it needs no change. */
export interface Answer {
  readonly finding: RegExp;
  readonly because: string;
}

/** The findings without an answer, and the answers to nothing: neither may exist. */
export const compare = (findings: readonly string[], answers: readonly Answer[]) => ({
  unanswered: findings.filter((each) => !answers.some(({ finding }) => finding.test(each))),
  answersToNothing: answers.filter(({ finding }) => !findings.some((each) => finding.test(each))),
});

interface CfnLintFinding {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/**
 * What cfn-lint finds in this template, as `rule, path: message`.
 * @param ignoring whether cfn-lint ignores what the template tells it to ignore
 */
export const cfnLint = (
  template: Template,
  regions: readonly string[],
  { ignoring = true }: { readonly ignoring?: boolean } = {},
): Promise<readonly string[]> => {
  const file = join(EMULATORS_FOLDER, `template-${regions.join('-')}.json`);
  writeFileSync(file, JSON.stringify(template, undefined, 1));
  // E and W are the beginnings of the rules' names: errors and warnings.
  const mandatory = ignoring ? [] : ['--mandatory-checks', 'E', 'W'];
  const args = ['--format', 'json', '--regions', ...regions, ...mandatory, '--', file];
  return new Promise((resolveFindings, reject) => {
    // Its exit code says how severe the findings are. A crash prints no JSON.
    execFile(join(pythonBin, 'cfn-lint'), args, isolated, (_, stdout, stderr) => {
      try {
        const findings = JSON.parse(stdout) as readonly CfnLintFinding[];
        resolveFindings(
          findings.map(({ Rule, Message, Location }) => `${Rule.Id}, ${Location.Path?.join('/')}: ${Message}`),
        );
      } catch {
        reject(new Error(`cfn-lint failed: ${stderr}${stdout}`));
      }
    });
  });
};

type Policies = Readonly<Record<string, unknown>>;

const policiesIn = (value: unknown, path: string): [string, unknown][] => {
  if (typeof value !== 'object' || value === null) return [];
  // Trust policies: parliament demands a Resource in each statement, which they cannot have. cfn-lint checks them.
  if (path.endsWith('/AssumeRolePolicyDocument')) return [];
  if ('Statement' in value) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => policiesIn(item, `${path}/${key}`));
};

/** All policies of the template's roles and resources, by their place. */
export const policiesOf = (template: Template): Policies =>
  Object.fromEntries(
    Object.entries(template.Resources).flatMap(([id, { Properties }]) =>
      policiesIn(Properties, id).map(([path, policy]) => [path, resolve(template, policy)] as const),
    ),
  );

/** What parliament finds in these policies, as `issue, place: detail`. */
export const parliament = async (policies: Policies): Promise<readonly string[]> => {
  const child = spawn(join(pythonBin, 'python'), [join(__dirname, 'check-policies.py')], isolated);
  child.stdin.end(JSON.stringify(policies));
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((close, reject) => {
      child.on('error', reject);
      child.on('close', close);
    }),
  ]);
  if (code !== 0) throw new Error(`parliament failed: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly policy: string; readonly issue: string; readonly detail: unknown })
    .map(({ policy, issue, detail }) => `${issue}, ${policy}: ${JSON.stringify(detail)}`);
};

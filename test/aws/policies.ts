/** Every right that a function of the template has, read from all policies attached to its role. */
import { functionId, ofType, propertiesOf, type Resources, textOf } from "./template.ts";

export interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: unknown;
  readonly NotResource?: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

const roleOf = (resources: Resources, name: string) =>
  textOf(propertiesOf(resources, functionId(resources, name)).Role).replace(/\.Arn$/, "");

/** Names of managed policies; there should be none. */
export const managedOf = (resources: Resources, name: string) =>
  propertiesOf(resources, roleOf(resources, name)).ManagedPolicyArns ?? [];

export function statementsOf(resources: Resources, name: string): Statement[] {
  const role = roleOf(resources, name);
  const inline = (propertiesOf(resources, role).Policies ?? []) as readonly Policy[];
  const attached = [
    ...ofType(resources, "AWS::IAM::Policy"),
    ...ofType(resources, "AWS::IAM::ManagedPolicy"),
    ...ofType(resources, "AWS::IAM::RolePolicy"),
  ]
    .map(([, { Properties }]) => Properties)
    .filter(({ Roles, RoleName }) => ((Roles ?? [RoleName]) as unknown[]).map(textOf).includes(role));
  return [...inline, ...(attached as unknown as Policy[])].flatMap(
    (policy) => policy.PolicyDocument.Statement,
  );
}

export const actionsOf = ({ Action }: Statement) => [Action ?? []].flat();
export const resourcesOf = ({ Resource }: Statement) =>
  (Array.isArray(Resource) ? Resource : [Resource]).map(textOf);

/** Actions of one service by resource, sorted, as `{ resource: [actions] }`. */
export function rightsOf(resources: Resources, name: string, service: string): Record<string, string[]> {
  const rights = new Map<string, Set<string>>();
  for (const statement of statementsOf(resources, name)) {
    const actions = actionsOf(statement).filter((action) => action.startsWith(`${service}:`));
    for (const resource of actions.length === 0 ? [] : resourcesOf(statement)) {
      const known = rights.get(resource) ?? new Set();
      for (const action of actions) known.add(action.slice(service.length + 1));
      rights.set(resource, known);
    }
  }
  return Object.fromEntries([...rights].map(([resource, actions]) => [resource, [...actions].sort()]));
}

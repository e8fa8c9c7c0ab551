/** The deployed template, made without bundling, and a reader of its intrinsic functions. */
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import cdk from "../../cdk.json" with { type: "json" };
import { HubStack } from "../../infra/aws/hub-stack.ts";
import type { HubOptions } from "../../infra/aws/options.ts";
import { hubRegion, pinRegion } from "../../infra/aws/regions.ts";
import { type FunctionName, type HubFunction, hub } from "../../infra/hub.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}
export type Resources = Readonly<Record<string, Resource>>;

export const declarations = Object.entries(hub) as [FunctionName, HubFunction][];

export function hubTemplate(options: Partial<HubOptions> = {}): { template: Template; resources: Resources } {
  // The library's own rules take seconds, and `npm run synth` runs them.
  process.env.CDK_VALIDATION = "false";
  const app = new App({ context: cdk.context });
  pinRegion(app);
  const stack = new HubStack(app, "Hearthlink", {
    options: { emulator: false, ...options },
    code: "placeholder",
    env: { region: hubRegion },
  });
  const template = Template.fromStack(stack);
  return { template, resources: template.toJSON().Resources as Resources };
}

/** A value of the template as text: `logicalId.Attribute` for GetAtt, the logical id for Ref, joined parts for Join. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const node = value as Record<string, unknown>;
  if (Array.isArray(node["Fn::GetAtt"])) return node["Fn::GetAtt"].join(".");
  if (typeof node.Ref === "string") return node.Ref;
  if (Array.isArray(node["Fn::Join"])) {
    const [separator, parts] = node["Fn::Join"] as [string, unknown[]];
    return parts.map(textOf).join(separator);
  }
  throw new Error(`no text for ${JSON.stringify(value)}`);
}

/** A thing that must be there for the test to say anything. */
export function there<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the template has no ${what}`);
  return value;
}

export const ofType = (resources: Resources, type: string) =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);

/** The logical id of the one resource of a type whose id begins so. */
export function idOf(resources: Resources, type: string, prefix: string): string {
  const ids = ofType(resources, type)
    .map(([id]) => id)
    .filter((id) => id.replace(/[0-9A-F]{8}$/, "") === prefix);
  if (ids.length !== 1) throw new Error(`${ids.length} resources of type ${type} are named ${prefix}`);
  return ids[0] ?? "";
}

export const tableId = (resources: Resources, name: string) =>
  idOf(resources, "AWS::DynamoDB::Table", `tables${name}`);

export const functionId = (resources: Resources, name: string) =>
  idOf(resources, "AWS::Lambda::Function", `functions${name.replaceAll("-", "")}`);

export function propertiesOf(resources: Resources, id: string): Record<string, unknown> {
  return there(resources[id], id).Properties;
}

/** cdk-nag over the whole app. An exception is written where it applies, with its reason; none is written here. */
import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import type { IConstruct } from "constructs";

export function addChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}

/** Accepts a finding on one construct, and says why. */
export function accept(construct: IConstruct, ids: string | readonly string[], reason: string): void {
  for (const id of [ids].flat()) Validations.of(construct).acknowledge({ id, reason });
}

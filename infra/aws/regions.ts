/** Where the hub may be: London alone, because the records of English patients stay in the UK. */
import { Aspects, type IAspect, Stack, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

export const hubRegion = "eu-west-2";

class OneRegion implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof Stack) || (!Token.isUnresolved(node.region) && node.region === hubRegion)) return;
    const region = Token.isUnresolved(node.region) ? "no fixed region" : node.region;
    throw new Error(
      `The stack ${node.node.path} is for ${region}; the hub may only be deployed to ${hubRegion}.`,
    );
  }
}

/** Synthesis throws for a stack in any other region, or in none. */
export function pinRegion(scope: IConstruct): void {
  Aspects.of(scope).add(new OneRegion());
}

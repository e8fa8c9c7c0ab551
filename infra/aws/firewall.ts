/** Rate limits by address, in front of the API. No rule reads bodies: clinical text and CSV look like attacks. */
import type { Stage } from "aws-cdk-lib/aws-apigateway";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";

const windowSeconds = 300;
/** 20 a second from one address: a trust's integration engine at its busiest, behind one gateway. */
const calls = 6000;
/** A client needs a token every 15 minutes; this leaves room for a hundred behind one address. */
const tokens = 500;

/** Samples are off: they would keep headers and query strings. */
const counted = (metricName: string) => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: false,
});

const rate = (name: string, priority: number, limit: number, scopeDownStatement?: object) => ({
  name,
  priority,
  action: { block: {} },
  visibilityConfig: counted(name),
  statement: {
    rateBasedStatement: {
      limit,
      evaluationWindowSec: windowSeconds,
      aggregateKeyType: "IP",
      ...(scopeDownStatement === undefined ? {} : { scopeDownStatement }),
    },
  },
});

const tokenPath = {
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: "ENDS_WITH",
    searchString: "/oauth2/token",
    textTransformations: [{ priority: 0, type: "NORMALIZE_PATH" }],
  },
};

export class Firewall extends Construct {
  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    const acl = new CfnWebACL(this, "acl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: counted("hub"),
      rules: [rate("tokens", 0, tokens, tokenPath), rate("calls", 1, calls)],
    });
    new CfnWebACLAssociation(this, "stage", { resourceArn: stage.stageArn, webAclArn: acl.attrArn });
  }
}

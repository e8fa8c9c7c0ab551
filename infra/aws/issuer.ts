/**
 * Who issues tokens in AWS: a Cognito user pool that holds machine clients and no people. Clients are made by operators
 * as organisations join; what a client may do is decided by the hub's own registry, not here. Who asks for no scope gets
 * all that the client is allowed here, unlike locally: functions/platform/authenticate.ts says what that means.
 */
import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { AccountRecovery, FeaturePlan, ResourceServerScope, UserPool } from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Scope } from "../../schemas/vocabulary.ts";
import { type HubFunction, hub } from "../hub.ts";
import { accept } from "./checks.ts";
import { hubRegion } from "./regions.ts";

/** Identifier of the resource server; Cognito puts it and a slash before each scope. */
export const audience = "hearthlink";

const scopeNames = [
  ...new Set(Object.values(hub).flatMap((declared: HubFunction): readonly Scope[] => declared.scopes)),
].sort();

export class Issuer extends Construct {
  readonly url: string;
  readonly jwksUrl: string;
  readonly tokenUrl: string;
  readonly scopePrefix = `${audience}/`;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const pool = new UserPool(this, "clients", {
      selfSignUpEnabled: false,
      accountRecovery: AccountRecovery.NONE,
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      passwordPolicy: {
        minLength: 20,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
    });
    accept(
      pool,
      "AwsSolutions-COG2",
      "The pool holds machine clients only; there is nobody to ask for a second factor.",
    );
    accept(
      pool,
      "AwsSolutions-COG8",
      "The plus plan watches how people sign in; nobody signs in here, and machine clients are rate limited by the WAF.",
    );
    pool.addResourceServer("hub", {
      identifier: audience,
      userPoolResourceServerName: audience,
      scopes: scopeNames.map(
        (scopeName) => new ResourceServerScope({ scopeName, scopeDescription: `Hearthlink ${scopeName}` }),
      ),
    });
    const domain = pool.addDomain("domain", {
      cognitoDomain: { domainPrefix: `hearthlink-${Aws.ACCOUNT_ID}` },
    });
    this.url = `https://cognito-idp.${hubRegion}.amazonaws.com/${pool.userPoolId}`;
    this.jwksUrl = `${this.url}/.well-known/jwks.json`;
    this.tokenUrl = `https://${domain.domainName}.auth.${hubRegion}.amazoncognito.com/oauth2/token`;
  }
}

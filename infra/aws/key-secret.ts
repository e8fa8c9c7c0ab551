/** The secret of the key HMAC: made once, read at cold start, never changed, because every stored id was made with it. */
import { RemovalPolicy } from "aws-cdk-lib";
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { accept } from "./checks.ts";

export class KeySecret extends Construct {
  readonly secret: Secret;
  readonly encryptionKey: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.encryptionKey = new Key(this, "key", {
      description: "Hearthlink secret of the key HMAC",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.secret = new Secret(this, "secret", {
      description: "Hearthlink: id and secret of the HMAC that makes the keys of stored items",
      encryptionKey: this.encryptionKey,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ id: "k1" }),
        generateStringKey: "secret",
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    accept(
      this.secret,
      "AwsSolutions-SMG4",
      "Every id in the tables is an HMAC under this secret; a rotation is a migration that operators start (the key id is part of each id), not a timer.",
    );
  }
}

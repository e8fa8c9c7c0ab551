/** Landing (what was received, for 90 days) and reports (what was published, locked), and the log of who asked for either. */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Key } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { BucketName } from "../hub.ts";
import { landingDays } from "../landing-days.ts";

/** After an erasure deletes an object its old version is gone within a week. */
const erasedDays = 7;
/** A contract may be disputed for six years (Limitation Act 1980, s5) after the year it was settled in. */
const lockedDays = 7 * 365;
const accessLogDays = 365;

const guarded = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies BucketProps;

export class HubBuckets extends Construct {
  readonly all: Readonly<Record<BucketName, Bucket>>;
  readonly #accessLog: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#accessLog = new Bucket(this, "access-log", {
      ...guarded,
      // S3 delivers access logs only to buckets under its own keys.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        { expiration: Duration.days(accessLogDays), noncurrentVersionExpiration: Duration.days(1) },
      ],
    });
    this.all = {
      landing: this.#bucket("landing", {
        lifecycleRules: [
          // S3 counts to the next midnight, and an expired object is an old version first: the door refuses sooner.
          ...Object.entries(landingDays).map(([prefix, days]) => ({
            prefix,
            expiration: Duration.days(days),
            noncurrentVersionExpiration: Duration.days(Math.min(days, erasedDays)),
          })),
          {
            noncurrentVersionExpiration: Duration.days(erasedDays),
            expiredObjectDeleteMarker: true,
            abortIncompleteMultipartUploadAfter: Duration.days(1),
          },
        ],
      }),
      reports: this.#bucket("reports", {
        objectLockEnabled: true,
        objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(lockedDays)),
      }),
    };
    // As a property, not by CDK's custom resource: that would bring a function with rights on every bucket.
    (this.all.landing.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }

  #bucket(name: BucketName, props: BucketProps): Bucket {
    const encryptionKey = new Key(this, `${name}-key`, {
      description: `Hearthlink bucket ${name}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    return new Bucket(this, name, {
      ...guarded,
      ...props,
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      // CDK's own class and interface differ under exactOptionalPropertyTypes.
      serverAccessLogsBucket: this.#accessLog as IBucket,
      serverAccessLogsPrefix: `${name}/`,
    });
  }
}

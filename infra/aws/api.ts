/**
 * The doors: one Regional REST API. An HTTP API would hand text bodies over as UTF-8 and so destroy Windows-1252, cannot
 * shape its own errors and has no WAF. Tokens are verified in the functions, so that both hosts do the same.
 */

import { CfnOutput, RemovalPolicy } from "aws-cdk-lib";
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  HttpIntegration,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigateway";
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { accept } from "./checks.ts";
import { Firewall } from "./firewall.ts";
import type { Deployed } from "./functions.ts";
import { addGatewayResponses } from "./gateway-responses.ts";
import type { Issuer } from "./issuer.ts";
import type { OperatorLogs } from "./logs.ts";
import type { HubOptions } from "./options.ts";

export interface ApiProps {
  readonly functions: readonly Deployed[];
  readonly issuer: Issuer;
  readonly logs: OperatorLogs;
  readonly options: HubOptions;
}

/** Calls a second for the whole hub, and in one burst. */
const steady = 500;
const burst = 1000;

/** The route, never the path or the query: a path may hold a sender's own id, a query a name. */
const accessLogLine = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    at: AccessLogField.contextRequestTime(),
    method: AccessLogField.contextHttpMethod(),
    route: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    bytes: AccessLogField.contextResponseLength(),
    milliseconds: AccessLogField.contextResponseLatency(),
    address: AccessLogField.contextIdentitySourceIp(),
    domain: AccessLogField.contextDomainName(),
    certificate: AccessLogField.contextIdentityClientCertSubjectDN(),
  }),
);

export class HubApi extends Construct {
  readonly api: RestApi;

  constructor(scope: Construct, id: string, { functions, issuer, logs, options }: ApiProps) {
    super(scope, id);
    this.api = new RestApi(this, "rest", {
      restApiName: "hearthlink",
      description: "Hearthlink: every door of the hub",
      endpointTypes: [EndpointType.REGIONAL],
      // Bytes arrive as sent: every body is handed over as base64.
      binaryMediaTypes: ["*/*"],
      disableExecuteApiEndpoint: options.domainName !== undefined,
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: "hub",
        throttlingRateLimit: steady,
        throttlingBurstLimit: burst,
        metricsEnabled: true,
        tracingEnabled: true,
        // Errors only, no data: execution logs of a call would hold its headers and query.
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(logs.group("api")),
        accessLogFormat: accessLogLine,
      },
    });
    this.#routes(functions);
    this.#tokens(issuer);
    addGatewayResponses(this.api);
    this.#domains(options);
    this.#explain();
    if (!options.emulator) new Firewall(this, "firewall", this.api.deploymentStage);
    else
      accept(
        this.api.deploymentStage,
        "AwsSolutions-APIG3",
        "An emulator on one machine, which knows no WAF.",
      );
  }

  #routes(functions: readonly Deployed[]) {
    for (const { declared, lambda } of functions) {
      // One permission for each function, not two for each path: a policy of a function ends at 20 kB.
      const integration = new LambdaIntegration(lambda, { proxy: true, scopePermissionToMethod: false });
      for (const trigger of declared.triggers) {
        if (trigger.kind !== "http") continue;
        for (const path of trigger.paths) this.api.root.resourceForPath(path).addMethod("ANY", integration);
      }
    }
  }

  /** The issuer under the hub's own address, as on one machine. */
  #tokens({ tokenUrl, jwksUrl }: Issuer) {
    const passed = (method: string, url: string) =>
      new HttpIntegration(url, { httpMethod: method, proxy: true });
    this.api.root.resourceForPath("/oauth2/token").addMethod("POST", passed("POST", tokenUrl));
    this.api.root.resourceForPath("/oauth2/jwks").addMethod("GET", passed("GET", jwksUrl));
  }

  #domains({ domainName, trustDomainName, trustStore }: HubOptions) {
    if (domainName !== undefined) this.#domain("hub", domainName);
    if (trustDomainName === undefined || trustStore === undefined) return;
    const { host, pathname } = new URL(trustStore);
    const bucket = Bucket.fromBucketName(this, "trust-store", host);
    this.#domain("trusts", trustDomainName, { bucket, key: pathname.slice(1) });
  }

  #domain(
    id: string,
    domainName: string,
    mtls?: { bucket: ReturnType<typeof Bucket.fromBucketName>; key: string },
  ) {
    const domain = this.api.addDomainName(id, {
      domainName,
      // Deployment waits until the record that ACM names stands in the domain's DNS.
      certificate: new Certificate(this, `${id}-certificate`, {
        domainName,
        validation: CertificateValidation.fromDns(),
      }),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      ...(mtls === undefined ? {} : { mtls }),
    });
    new CfnOutput(this, `${id}-alias`, {
      value: domain.domainNameAliasDomainName,
      description: `Point ${domainName} here`,
    });
  }

  #explain() {
    const own =
      "Tokens are verified in the functions' own middleware (issuer, algorithm, client registry), the same code on both hosts.";
    accept(this.api, ["AwsSolutions-APIG4", "AwsSolutions-COG4"], own);
    accept(
      this.api,
      "AwsSolutions-APIG2",
      "Bodies are HL7 v2, CSV, NDJSON and FHIR; the schemas that read them are in the functions and answer in the hub's words.",
    );
    accept(
      this.api.node.findChild("CloudWatchRole"),
      "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
      "The account's role for API Gateway's logs; AWS documents this policy as the one to use.",
    );
  }
}

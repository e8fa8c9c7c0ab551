import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { hubOptions } from "../../infra/aws/options.ts";
import { scopes } from "../../schemas/vocabulary.ts";
import {
  declarations,
  functionId,
  hubTemplate,
  ofType,
  propertiesOf,
  type Resource,
  textOf,
  there,
} from "./template.ts";

const { template, resources } = hubTemplate({
  domainName: "hub.example.nhs.uk",
  trustDomainName: "trusts.example.nhs.uk",
  trustStore: "s3://authorities/trusts.pem",
});
const only = (type: string): Resource => {
  const [first, ...more] = ofType(resources, type);
  if (first === undefined || more.length > 0) throw new Error(`${more.length + 1} of ${type}`);
  return first[1];
};

/** The path of a resource of the API, from its parents. */
function pathOf(id: string): string {
  if (resources[id]?.Type !== "AWS::ApiGateway::Resource") return "";
  const { ParentId, PathPart } = propertiesOf(resources, id);
  return `${pathOf(textOf(ParentId).split(".")[0] ?? "")}/${PathPart}`;
}

describe("the API", () => {
  it("is Regional, hands every body over as bytes, and is shut but for its own names", () => {
    const { Properties } = only("AWS::ApiGateway::RestApi");
    expect(Properties.EndpointConfiguration).toEqual({ Types: ["REGIONAL"] });
    expect(Properties.BinaryMediaTypes).toEqual(["*/*"]);
    expect(Properties.DisableExecuteApiEndpoint).toBe(true);
  });

  it("asks trusts for their certificate on a name of their own", () => {
    template.hasResourceProperties("AWS::ApiGateway::DomainName", {
      DomainName: "trusts.example.nhs.uk",
      SecurityPolicy: "TLS_1_2",
      MutualTlsAuthentication: { TruststoreUri: "s3://authorities/trusts.pem" },
    });
    template.hasResourceProperties("AWS::ApiGateway::DomainName", {
      DomainName: "hub.example.nhs.uk",
      SecurityPolicy: "TLS_1_2",
      MutualTlsAuthentication: Match.absent(),
    });
  });

  it("sends any method on each declared path to the function that declares it, and nothing else", () => {
    const served = ofType(resources, "AWS::ApiGateway::Method").flatMap(([, { Properties }]) => {
      const uri = JSON.stringify(Properties.Integration);
      const name = declarations.find(([one]) => uri.includes(functionId(resources, one)))?.[0];
      const path = pathOf(textOf(Properties.ResourceId)) || "/";
      return name === undefined ? [] : [`${Properties.HttpMethod} ${path} ${name}`];
    });
    const declared = declarations.flatMap(([name, { triggers }]) =>
      triggers.flatMap((trigger) =>
        trigger.kind === "http" ? trigger.paths.map((path) => `ANY ${path} ${name}`) : [],
      ),
    );
    expect(served.sort()).toEqual(declared.sort());
  });

  it("logs routes, never paths or queries, which may hold a sender's own ids", () => {
    const stage = only("AWS::ApiGateway::Stage").Properties;
    const { Format } = stage.AccessLogSetting as { Format: string };
    expect(JSON.parse(Format).route).toBe("$context.resourcePath");
    expect(Format).not.toMatch(/\$context\.path|query|\$context\.authorizer|header/i);
    expect(stage.MethodSettings).toEqual([
      expect.objectContaining({ DataTraceEnabled: false, LoggingLevel: "ERROR", ThrottlingRateLimit: 500 }),
    ]);
  });
});

describe("gateway responses", () => {
  const answers = ofType(resources, "AWS::ApiGateway::GatewayResponse").map(
    ([, { Properties }]) => Properties,
  );
  const named = (type: string) => answers.find(({ ResponseType }) => ResponseType === type);

  it.each([
    ["MISSING_AUTHENTICATION_TOKEN", "404", "not-found"],
    ["REQUEST_TOO_LARGE", "413", "too-long"],
    ["THROTTLED", "429", "throttled"],
    ["WAF_FILTERED", "429", "throttled"],
    ["UNSUPPORTED_MEDIA_TYPE", "415", "not-supported"],
    ["INTEGRATION_TIMEOUT", "503", "transient"],
    ["INTEGRATION_FAILURE", "503", "transient"],
    ["DEFAULT_4XX", undefined, "invalid"],
    ["DEFAULT_5XX", undefined, "exception"],
  ])("%s is answered %s with the issue %s", (type, status, code) => {
    expect(named(type)?.StatusCode).toBe(status);
    const { "application/json": body } = there(named(type), type).ResponseTemplates as Record<string, string>;
    const outcome = JSON.parse(body ?? "");
    expect(outcome.resourceType).toBe("OperationOutcome");
    expect(outcome.issue).toEqual([
      expect.objectContaining({ severity: "error", code, diagnostics: "request $context.requestId" }),
    ]);
  });

  it("are OperationOutcomes and say so, every one, with the request's id (PUSH-04, PUSH-09)", () => {
    expect(answers.length).toBeGreaterThan(8);
    for (const { ResponseParameters, ResponseTemplates } of answers) {
      expect(ResponseParameters).toMatchObject({
        "gatewayresponse.header.Content-Type": "'application/fhir+json; charset=utf-8'",
        "gatewayresponse.header.X-Request-ID": "context.requestId",
      });
      expect(JSON.stringify(ResponseTemplates)).not.toContain("$context.error");
    }
  });
});

describe("the firewall", () => {
  it("limits rates by address, keeps no samples, and stands before the stage", () => {
    const { Rules } = only("AWS::WAFv2::WebACL").Properties as { Rules: Record<string, unknown>[] };
    for (const rule of Rules) {
      expect(JSON.stringify(rule.Statement)).toContain('"AggregateKeyType":"IP"');
      expect(rule.Action).toEqual({ Block: {} });
      expect(JSON.stringify(rule.VisibilityConfig)).toContain('"SampledRequestsEnabled":false');
    }
    const stage = ofType(resources, "AWS::ApiGateway::Stage")[0]?.[0];
    expect(JSON.stringify(only("AWS::WAFv2::WebACLAssociation").Properties.ResourceArn)).toContain(stage);
  });

  it("is left out for the emulator alone", () => {
    hubTemplate({ emulator: true }).template.resourceCountIs("AWS::WAFv2::WebACL", 0);
  });
});

describe("the issuer", () => {
  it("knows every scope, and nobody can sign themselves up", () => {
    const { Scopes } = only("AWS::Cognito::UserPoolResourceServer").Properties as {
      Scopes: { ScopeName: string }[];
    };
    expect(Scopes.map(({ ScopeName }) => ScopeName).sort()).toEqual([...scopes].sort());
    template.hasResourceProperties("AWS::Cognito::UserPool", {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: "ACTIVE",
    });
  });
});

describe("what a deployment may choose", () => {
  it.each([
    [{ domainName: "https://hub" }, "domainName: must be a host name"],
    [
      { trustDomainName: "trusts.example.nhs.uk", trustStore: "s3://a-b/c" },
      "trustDomainName needs domainName",
    ],
    [{ domainName: "a.b", trustDomainName: "c.d" }, "given together"],
    [{ alarmEmail: "nobody" }, "alarmEmail"],
  ])("refuses %j and says why", (values, sentence) => {
    expect(() => hubOptions(values)).toThrow(sentence);
  });

  it("takes flags as the command line sends them", () => {
    expect(hubOptions({ emulator: "true" })).toEqual({ emulator: true });
    expect(hubOptions({})).toEqual({ emulator: false });
  });

  it("names a function that hub.ts does not declare", () => {
    expect(() => hubTemplate({ only: "audit,nothing" })).toThrow("declares no function nothing");
  });
});

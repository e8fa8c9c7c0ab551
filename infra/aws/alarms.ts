/** What wakes a person: failures, work that waits too long, and errors that callers saw; and one page that shows them all. */
import { Duration } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { accept } from "./checks.ts";
import type { Deployed } from "./functions.ts";
import type { OperatorLogs } from "./logs.ts";

export interface AlarmsProps {
  readonly functions: readonly Deployed[];
  readonly api: RestApi;
  readonly logs: OperatorLogs;
  readonly email: string | undefined;
}

const period = Duration.minutes(5);
/** Three of the longest runs: a worker behind by more is not catching up. */
const longestWait = Duration.minutes(45);
/** Answers of 5xx in five minutes that are more than a restart. */
const mostServerErrors = 5;

export class Alarms extends Construct {
  readonly #topic: Topic;
  readonly #all: Alarm[] = [];

  constructor(scope: Construct, id: string, { functions, api, logs, email }: AlarmsProps) {
    super(scope, id);
    this.#topic = new Topic(this, "topic", {
      displayName: "Hearthlink alarms",
      masterKey: logs.key,
      enforceSSL: true,
    });
    logs.key.grant(new ServicePrincipal("cloudwatch.amazonaws.com"), "kms:Decrypt", "kms:GenerateDataKey");
    if (email !== undefined) this.#mail(email);
    for (const one of functions) this.#watch(one);
    const serverErrors = api.metricServerError({ period, statistic: "Sum" });
    this.#alarm("api-5xx", serverErrors, mostServerErrors, "Callers were answered 5xx.");
    this.#show(functions, api);
  }

  #watch({ name, declared, lambda, failures }: Deployed) {
    const errors = lambda.metricErrors({ period, statistic: "Sum" });
    this.#alarm(`${name}-errors`, errors, 1, `${name} failed (${declared.purpose}).`);
    if (failures !== undefined) {
      const depth = failures.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" });
      this.#alarm(`${name}-failures`, depth, 1, `${name} gave something up: see its queue of failures.`);
    }
    if (!declared.triggers.some(({ kind }) => kind === "work")) return;
    const wait = longestWait.toMilliseconds();
    this.#alarm(`${name}-wait`, waitOf(lambda), wait, `Work has waited too long for ${name}.`);
  }

  #alarm(name: string, metric: IMetric, threshold: number, alarmDescription: string) {
    const alarm = new Alarm(this, name, {
      metric,
      threshold,
      alarmDescription,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.#all.push(alarm);
  }

  #mail(email: string) {
    const subscription = this.#topic.addSubscription(new EmailSubscription(email));
    accept(
      subscription,
      "Serverless-SNSRedrivePolicy",
      "Mail has its own retries; the alarm's state is the record.",
    );
  }

  #show(functions: readonly Deployed[], api: RestApi) {
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
    const lambdas = functions.map(({ lambda }) => lambda);
    const workers = functions.filter(({ declared }) => declared.triggers.some(({ kind }) => kind === "work"));
    new Dashboard(this, "dashboard", {
      widgets: [
        [new AlarmStatusWidget({ title: "Alarms", alarms: this.#all, width: 24 })],
        [
          graph("Calls and errors", [api.metricCount(), api.metricClientError(), api.metricServerError()]),
          graph("Answer time", [
            api.metricLatency({ statistic: "p50" }),
            api.metricLatency({ statistic: "p99" }),
          ]),
        ],
        [
          graph(
            "Failures",
            lambdas.map((lambda) => lambda.metricErrors()),
          ),
          graph(
            "Wait of pending work",
            workers.map(({ lambda }) => waitOf(lambda)),
          ),
        ],
        [
          graph(
            "Run time",
            lambdas.map((lambda) => lambda.metricDuration({ statistic: "p99" })),
          ),
          graph(
            "Given up",
            functions.flatMap(({ failures }) => failures?.metricApproximateNumberOfMessagesVisible() ?? []),
          ),
        ],
      ],
    });
  }
}

/** How long the oldest record of pending work has waited for its worker. */
const waitOf = (lambda: Deployed["lambda"]) => lambda.metric("IteratorAge", { period, statistic: "Maximum" });

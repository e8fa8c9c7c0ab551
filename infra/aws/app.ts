/** The CDK app: `npx cdk deploy`. Account from the credentials in use; region fixed. */
import { App } from "aws-cdk-lib";
import { addChecks } from "./checks.ts";
import { HubStack } from "./hub-stack.ts";
import { optionsOf } from "./options.ts";
import { hubRegion, pinRegion } from "./regions.ts";

const app = new App();
const account = process.env.CDK_DEFAULT_ACCOUNT;
pinRegion(app);
addChecks(app);
new HubStack(app, "Hearthlink", {
  description: "Hearthlink: joins hospital, home-care and housing records per person",
  options: optionsOf(app),
  code: "bundled",
  env: { region: hubRegion, ...(account === undefined ? {} : { account }) },
});

/** Templates as strings, so that the bundler carries them: for pages too long to read as code. */
import nunjucks from "nunjucks";

const templates = new nunjucks.Environment(null, {
  autoescape: true,
  throwOnUndefined: true,
  trimBlocks: true,
  lstripBlocks: true,
});

/** Fills a template; every value is escaped unless it says `| safe`, which only markup made here may. */
export const fillTemplate = (template: string, values: object): string =>
  templates.renderString(template, values);

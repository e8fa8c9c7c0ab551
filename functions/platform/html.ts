/** Markup by tagged templates: every value is escaped, but for markup that was made here. */

export interface Markup {
  readonly markup: string;
}
type Value = string | number | Markup | readonly Markup[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapedHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => entities[one] ?? "");

function markupOf(value: Value): string {
  if (typeof value === "string") return escapedHtml(value);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup => ({
  markup: parts.map((part, i) => (i === 0 ? part : `${markupOf(values[i - 1] ?? "")}${part}`)).join(""),
});

/** Text that is markup already: only what the hub's own templates made. */
export const trusted = (markup: string): Markup => ({ markup });

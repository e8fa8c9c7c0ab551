/**
 * The frame of every page: header, sign-out, main, footer, and the policy that lets nothing in but the page's own style.
 * Pages hold no script at all. Templates are strings, so that the bundler carries them.
 */
import { createHash } from "node:crypto";
import nunjucks from "nunjucks";
import { pageStyle } from "./page-style.ts";

const templates = new nunjucks.Environment(null, {
  autoescape: true,
  throwOnUndefined: true,
  trimBlocks: true,
  lstripBlocks: true,
});

/** Fills a template; every value is escaped unless it says `| safe`, which only markup made here may. */
export const fillTemplate = (template: string, values: object): string =>
  templates.renderString(template, values);

export interface PageLink {
  readonly href: string;
  readonly text: string;
}

export interface PageOptions {
  /** Of the browser's tab; the page's own h1 is part of `body`. */
  readonly title: string;
  /** Markup made by `fillTemplate`. */
  readonly body: string;
  /** Style of this page alone, after the shared one. */
  readonly style?: string;
  readonly links?: readonly PageLink[];
  /** Shows the link that signs out. */
  readonly signedIn: boolean;
  /** Lines of the footer. */
  readonly footer?: readonly string[];
}

const frame = `<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{{ title }} - Hearthlink</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{{ style | safe }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to main content</a>
<header>
<div class="width">
<a class="brand" href="/">Hearthlink</a>
<nav aria-label="Site">
<ul>
{% for link in links %}
<li><a href="{{ link.href }}">{{ link.text }}</a></li>
{% endfor %}
{% if signedIn %}
<li><a href="/sign-out">Sign out</a></li>
{% endif %}
</ul>
</nav>
</div>
</header>
<div class="width">
<main id="main" tabindex="-1">
{{ body | safe }}
</main>
</div>
<footer>
<div class="width">
{% for line in footer %}
<p>{{ line }}</p>
{% endfor %}
<p>Accessibility: this page is tested against WCAG 2.2 AA. If you cannot use it, tell the organisation that runs this hub; every report is also a CSV file.</p>
</div>
</footer>
</body>
</html>
`;

/** A whole page. Serve it with `contentSecurityPolicy(html)`. */
export const renderPage = (options: PageOptions): string =>
  fillTemplate(frame, {
    title: options.title,
    body: options.body,
    style: `${pageStyle}${options.style ?? ""}`,
    links: options.links ?? [],
    signedIn: options.signedIn,
    footer: options.footer ?? [],
  });

/** The header that goes with a page: its own style sheet by hash, and otherwise nothing but forms to this site. */
export const contentSecurityPolicy = (html: string): string => {
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
    ([, style = ""]) => `'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  );
  return [
    "default-src 'none'",
    `style-src ${styles.length === 0 ? "'none'" : styles.join(" ")}`,
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
};

/** Headers of an HTML answer. */
export const pageHeaders = (html: string): Readonly<Record<string, string>> => ({
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": contentSecurityPolicy(html),
  "X-Frame-Options": "DENY",
});

/**
 * The frame of every page: header, sign-out, main, footer, and the policy that lets nothing in but the page's own style.
 * Pages hold no script at all.
 */
import { createHash } from "node:crypto";
import type { ApiResponse } from "./api.ts";
import { html, trusted } from "./html.ts";
import { pageStyle } from "./page-style.ts";

export interface PageLink {
  readonly href: string;
  readonly text: string;
}

export interface PageOptions {
  /** Of the browser's tab; the page's own h1 is part of `body`. */
  readonly title: string;
  /** Markup made by `html` or `fillTemplate`. */
  readonly body: string;
  /** Style of this page alone, after the shared one. */
  readonly style?: string;
  readonly links?: readonly PageLink[];
  /** Shows the link that signs out. */
  readonly signedIn: boolean;
  /** Lines of the footer. */
  readonly footer?: readonly string[];
}

/** A whole page. Serve it with `pageHeaders`. */
export function renderPage({ title, body, style, links, signedIn, footer }: PageOptions): string {
  const linked = ({ href, text }: PageLink) => html`<li><a href="${href}">${text}</a></li>\n`;
  const signOut = signedIn ? [{ href: "/sign-out", text: "Sign out" }] : [];
  return html`<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>${title} - Hearthlink</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${trusted(`${pageStyle}${style ?? ""}`)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to main content</a>
<header>
<div class="width">
<a class="brand" href="/">Hearthlink</a>
<nav aria-label="Site">
<ul>
${[...(links ?? []), ...signOut].map(linked)}</ul>
</nav>
</div>
</header>
<div class="width">
<main id="main" tabindex="-1">
${trusted(body)}
</main>
</div>
<footer>
<div class="width">
${(footer ?? []).map((line) => html`<p>${line}</p>\n`)}<p><a href="/accessibility">Accessibility of these pages</a>. Every report is also a CSV file.</p>
</div>
</footer>
</body>
</html>
`.markup;
}

/** The header that goes with a page: its own style sheet by hash, and otherwise nothing but forms to this site. */
export const contentSecurityPolicy = (page: string): string => {
  const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
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
export const pageHeaders = (page: string): Readonly<Record<string, string>> => ({
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": contentSecurityPolicy(page),
  "X-Frame-Options": "DENY",
});

/** A page as an answer. */
export function pageAnswer(options: PageOptions): ApiResponse {
  const page = renderPage(options);
  return { status: 200, headers: pageHeaders(page), body: page };
}

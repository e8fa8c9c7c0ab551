import { describe, expect, it } from "vitest";
import { accessibilityPage } from "../../functions/govern/accessibility.page.ts";
import { frontPage } from "../../functions/govern/front.page.ts";
import { html } from "../../functions/platform/html.ts";
import { contentSecurityPolicy, renderPage } from "../../functions/platform/page.ts";

const pages = [
  ["front page", frontPage("1.2.3")],
  ["accessibility statement", accessibilityPage()],
] as const;

describe.each(pages)("the %s", (_name, { status, headers, body }) => {
  const page = String(body);

  it("is whole: one main heading, a language, a way past the header, and no script", () => {
    expect(status).toBe(200);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).toContain('<html lang="en-GB">');
    expect(page).toContain('<a class="skip" href="#main">');
    expect(page).not.toMatch(/<script|style=|onclick|undefined|\[object/);
  });

  it("links the accessibility statement, and lets in its own style alone", () => {
    expect(page).toContain('href="/accessibility"');
    expect(headers?.["Content-Security-Policy"]).toBe(contentSecurityPolicy(page));
    expect(headers?.["Content-Security-Policy"]).not.toContain("unsafe-inline");
  });
});

describe("markup", () => {
  it("escapes every value, in lists too, but for markup made here", () => {
    const item = (text: string) => html`<li>${text}</li>`;
    const { markup } = html`<p title="${`"'`}">${"<b>&"} ${7}</p><ul>${["<i>", "ok"].map(item)}</ul>`;
    expect(markup).toBe('<p title="&quot;&#39;">&lt;b&gt;&amp; 7</p><ul><li>&lt;i&gt;</li><li>ok</li></ul>');
  });

  it("escapes what a page is told of itself", () => {
    const page = renderPage({
      title: "<x>",
      body: "<p>b</p>",
      footer: ["<f>"],
      links: [{ href: '"/a', text: "<l>" }],
      signedIn: true,
    });
    expect(page).toContain("<title>&lt;x&gt; - Hearthlink</title>");
    expect(page).toContain("<p>&lt;f&gt;</p>");
    expect(page).toContain('<a href="&quot;/a">&lt;l&gt;</a>');
    expect(page).toContain('<a href="/sign-out">Sign out</a>');
  });
});

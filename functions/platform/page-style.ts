/**
 * The style of every page, after the NHS design system (nhsuk-frontend 10: colours, spacing, focus, tables, inset text)
 * but without its logo, fonts or scripts: one small sheet, allowed by its hash. WCAG 2.2 AA: text 4.5:1, focus 3:1,
 * targets of 24 px and more, reflow at 320 px.
 */
export const pageStyle = `
*,*::before,*::after{box-sizing:border-box}
html{background:#d8dde0;-webkit-text-size-adjust:100%;scroll-padding-top:16px}
body{margin:0;background:#f0f4f5;color:#212b32;font:400 1.125rem/1.5 "Frutiger W01",Arial,sans-serif;overflow-wrap:break-word}
a{color:#005eb8}a:visited{color:#330072}a:hover{color:#7c2855;text-decoration:none}
a:focus-visible,button:focus-visible,summary:focus-visible,input:focus-visible,select:focus-visible{outline:4px solid transparent;background:#ffeb3b;color:#212b32;box-shadow:0 -2px #ffeb3b,0 4px #212b32;text-decoration:none}
.scroll:focus-visible{outline:3px solid #212b32;box-shadow:0 0 0 6px #ffeb3b}
.skip{position:absolute;left:16px;top:-80px;padding:8px 16px;background:#ffeb3b;color:#212b32;z-index:2}
.skip:focus{top:8px}
.width{max-width:992px;margin:0 auto;padding:0 16px}
header{background:#005eb8;color:#fff}
header .width{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:4px 24px;min-height:64px}
header a,header a:visited{color:#fff}header a:hover{color:#fff;text-decoration:none}
header a:focus-visible{color:#212b32}
.brand{display:inline-block;padding:8px 0;font-size:1.5rem;font-weight:700;text-decoration:none}
nav ul{display:flex;flex-wrap:wrap;gap:4px 24px;list-style:none;margin:0;padding:0}
nav a{display:inline-block;padding:8px 0;line-height:1.5}
main{display:block;padding:32px 0 48px}
footer{border-top:4px solid #005eb8;background:#d8dde0;padding:24px 0 32px;font-size:1rem}
footer p{margin:0 0 8px}
h1{font-size:2rem;line-height:1.2;margin:0 0 16px}
h2{font-size:1.5rem;line-height:1.3;margin:0 0 16px}
h3{font-size:1.25rem;line-height:1.35;margin:0 0 8px}
p,ul,ol,dl{margin:0 0 16px}
.lede{font-size:1.25rem}
.hint{color:#4c6272}
.button{display:inline-block;border:2px solid transparent;border-radius:4px;background:#007f3b;color:#fff;box-shadow:0 4px 0 #00401e;padding:12px 16px;font:600 1.125rem/1.2 inherit;cursor:pointer;text-decoration:none}
.button,.button:visited,.button:hover{color:#fff}.button:hover{background:#00662f}
label{display:block;font-weight:600;margin-bottom:4px}
input,select,textarea{max-width:100%;min-height:40px;border:2px solid #4c6272;border-radius:0;padding:5px;font:inherit;background:#fff;color:#212b32}
.panel{background:#fff;border:1px solid #d8dde0;padding:24px;margin:0 0 32px}
.inset{background:#fff;border-left:8px solid #005eb8;padding:16px 16px 1px 24px;margin:0 0 24px}
.scroll{overflow-x:auto;margin:0 0 16px}
table{border-collapse:collapse;width:100%;font-size:1rem;background:#fff}
caption{text-align:left;font-weight:600;padding:8px 0;font-size:1.125rem}
th,td{text-align:left;vertical-align:top;padding:8px 16px 8px 0;border-bottom:1px solid #d8dde0}
thead th{border-bottom:2px solid #4c6272;vertical-align:bottom}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
td.nowrap,th.nowrap{white-space:nowrap}
dl.facts{display:grid;grid-template-columns:minmax(10rem,1fr) 2fr;margin:0 0 16px}
dl.facts dt,dl.facts dd{margin:0;padding:8px 16px 8px 0;border-bottom:1px solid #d8dde0}
dl.facts dt{font-weight:600}
details{margin:0 0 16px}summary{cursor:pointer;color:#005eb8;text-decoration:underline;padding:4px 0;min-height:24px}
.tag{display:inline-block;border:1px solid currentColor;padding:0 8px;font-size:1rem;font-weight:600;background:#fff}
.tag.good{color:#005128}.tag.bad{color:#a1200f}.tag.quiet{color:#4c6272}
@media (max-width:640px){h1{font-size:1.625rem}h2{font-size:1.3125rem}.panel{padding:16px}dl.facts{grid-template-columns:1fr}dl.facts dt{border-bottom:0;padding-bottom:0}.lede{font-size:1.125rem}}
@media print{header nav,.skip{display:none}html,body{background:#fff}.panel{border:0;padding:0;break-inside:avoid-page}details{display:none}}
`;

/** Source text without what is not code, every character in its place, so that positions still say the line. */

export interface CodeText {
  /** Comments are spaces. */
  readonly withStrings: string;
  /** Comments, and the insides of strings, templates and regular expressions, are spaces. */
  readonly bare: string;
}

/** Tokens that end a value: a slash after one of them divides, after any other thing it begins a regular expression. */
const endsValue = /[\w$)\]}"'`]$/;
const wordBeforeExpression = /\b(return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield)$/;

const patterns = {
  lineComment: /\/\/[^\n]*/y,
  blockComment: /\/\*[\s\S]*?(\*\/|$)/y,
  quoted: /"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/y,
  regularExpression: /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y,
  templatePart: /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(`|\$\{|$)/y,
};

const blank = (text: string) => text.replace(/[^\n]/g, " ");
/** The first and last characters stay: they say that something was there. */
const hollow = (text: string) =>
  text.length < 2 ? text : `${text[0]}${blank(text.slice(1, -1))}${text.at(-1)}`;

function takeAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

export function codeOf(text: string): CodeText {
  let withStrings = "";
  let bare = "";
  /** Depth of braces at which each open template goes on. */
  const templates: number[] = [];
  let depth = 0;

  const beginsExpression = () => {
    const before = bare.trimEnd();
    return !endsValue.test(before) || wordBeforeExpression.test(before);
  };
  const template = (at: number) => {
    const part = takeAt(patterns.templatePart, text, at) ?? "";
    if (part.endsWith("${")) templates.push(depth++);
    withStrings += part;
    bare += part.endsWith("${")
      ? `${blank(part.slice(0, -2))}\${`
      : blank(part.slice(0, -1)) + part.slice(-1);
    return part.length;
  };
  const keep = (piece: string, shown: string, hidden: string) => {
    withStrings += shown;
    bare += hidden;
    return piece.length;
  };

  for (let at = 0; at < text.length; ) {
    const char = text[at] ?? "";
    const comment = takeAt(patterns.lineComment, text, at) ?? takeAt(patterns.blockComment, text, at);
    const literal =
      takeAt(patterns.quoted, text, at) ??
      (char === "/" && beginsExpression() ? takeAt(patterns.regularExpression, text, at) : undefined);
    if (comment !== undefined) at += keep(comment, blank(comment), blank(comment));
    else if (literal !== undefined)
      at += keep(literal, char === "/" ? hollow(literal) : literal, hollow(literal));
    else {
      at += keep(char, char, char);
      if (char === "{") depth++;
      if (char === "}") depth--;
      const goesOn = char === "}" && templates.at(-1) === depth;
      if (goesOn) templates.pop();
      if (char === "`" || goesOn) at += template(at);
    }
  }
  return { withStrings, bare };
}

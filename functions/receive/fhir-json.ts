/**
 * JSON of a FHIR body, read strictly: UTF-8 only, a byte-order mark skipped, no key twice in one object, no nesting
 * past a bound (PUSH-06, ERR-06). `JSON.parse` keeps the last of two keys and says nothing, so a scan in one pass
 * looks first. Keys such as `__proto__` become plain own properties and nothing reads them (ERR-07).
 */
import { Failure } from "../platform/errors.ts";

/** Real resources nest some 20 deep. */
export const mostNesting = 100;

const unreadable = (code: string, message: string) => new Failure("unreadable", [{ code, message }]);

function textOf(bytes: Uint8Array): string {
  try {
    // ignoreBOM false is what skips the mark.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw unreadable("not-utf-8", "The body is not valid UTF-8.");
  }
}

/** Index of the quote that ends a string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (letter === 92) i++;
    else if (letter === 34) return i;
  }
  throw unreadable("not-json", "The body is not readable as JSON: a text does not end.");
}

/** Whether the string that ends at `end` is a key: a colon comes next. */
function isKey(text: string, end: number): boolean {
  let i = end + 1;
  while (i < text.length && " \t\r\n".includes(text.charAt(i))) i++;
  return text.charAt(i) === ":";
}

function keyOf(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw unreadable("not-json", "The body is not readable as JSON.");
  }
}

function scan(text: string) {
  /** Keys seen, one set for each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (letter === "{" || letter === "[") {
      open.push(letter === "{" ? new Set() : undefined);
      if (open.length > mostNesting)
        throw unreadable("too-deep", `The body nests more than ${mostNesting} levels deep.`);
    } else if (letter === "}" || letter === "]") open.pop();
    else if (letter === '"') {
      const end = endOfString(text, i);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) {
        const key = keyOf(text.slice(i, end + 1));
        if (keys.has(key))
          throw unreadable(
            "duplicate-key",
            "The body names one key twice in one object, so it has two meanings.",
          );
        keys.add(key);
      }
      i = end;
    }
  }
}

/** The value of a body. @throws Failure `unreadable`. */
export function readJson(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  if (text.trim() === "") throw unreadable("empty-body", "The body is empty; a FHIR resource was expected.");
  scan(text);
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("not-json", "The body is not readable as JSON: it may be cut short.");
  }
}

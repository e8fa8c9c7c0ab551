/** Acknowledgements (ACK-01 to ACK-08): in the sender's separators, without patient data. */
import type { Finding } from "../../schemas/update.ts";
import { encodeEscapes, textOf } from "./hl7v2-fields.ts";
import { errorOf, errorTexts } from "./hl7v2-findings.ts";
import type { Hl7Message } from "./hl7v2-message.ts";
import { hl7TimeOf } from "./hl7v2-time.ts";

/** What is answered of one message. */
export interface Verdict {
  /** `accept`: stored and understood; `error`: refused by KEEP-01; `reject`: this kind of message is not read. */
  readonly as: "accept" | "error" | "reject";
  /** Why it is refused; undefined when accepted. */
  readonly refused: Finding | undefined;
  /** Fields dropped or doubted (KEEP-02). */
  readonly warnings: readonly Finding[];
}

/** ERR segments in one answer; the receipt holds the rest. */
const mostErrors = 50;

const originalMode = { accept: "AA", error: "AE", reject: "AR" } as const;
const enhancedMode = { accept: "CA", error: "CE", reject: "CR" } as const;

/**
 * MSA-1. With MSH-15 or 16 valued the first answer is the commit (CA, CE, CR); but a sender that wants no commit
 * (MSH-15 `NE`) and does want an application answer waits for AA, AE or AR.
 */
function codeOf(message: Hl7Message, as: Verdict["as"]) {
  const commit = textOf(message, message.header, 15);
  const application = textOf(message, message.header, 16);
  const onlyApplication = commit === "NE" && application !== undefined && application !== "NE";
  const enhanced = (commit !== undefined || application !== undefined) && !onlyApplication;
  return (enhanced ? enhancedMode : originalMode)[as];
}

/** ERR has its own fields for place, number and severity from 2.5; before that, all of it stands in ERR-1. */
function hasSeverity(message: Hl7Message): boolean {
  const [major, minor] = (textOf(message, message.header, 12) ?? "").split(".").map(Number);
  return major === 2 && (minor ?? 0) >= 5;
}

const placePattern = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?(?:-(\d+))?$/;

/** Segment, sequence and field of a finding's place, `PID[2]-7`. */
function placeParts({ field }: Finding): string[] {
  const match = placePattern.exec(field);
  if (match === null) return [];
  return [match[1] ?? "", match[2] ?? "1", ...(match[3] === undefined ? [] : [match[3]])];
}

function errorSegments(message: Hl7Message, { refused, warnings }: Verdict): string[] {
  const { separators } = message;
  const field = separators.field;
  const component = separators.component ?? "^";
  const subcomponent = separators.subcomponent ?? "&";
  const clean = (text: string) => encodeEscapes(text, separators);
  const one = (found: Finding, severity: "E" | "W") => {
    const number = errorOf(found.code);
    const code = [number, clean(errorTexts[number]), "HL70357"];
    const at = placeParts(found);
    if (!hasSeverity(message)) {
      const padded = [...at, "", "", ""].slice(0, 3);
      return ["ERR", [...padded, code.join(subcomponent)].join(component)].join(field);
    }
    const own = [found.code, clean(found.reason), "L"].join(component);
    return ["ERR", "", at.join(component), code.join(component), severity, own].join(field);
  };
  const errors = refused === undefined ? [] : [one(refused, "E")];
  const listed = hasSeverity(message) ? warnings.map((warning) => one(warning, "W")) : [];
  return [...errors, ...listed].slice(0, mostErrors);
}

/** MSA-3, before 2.5 only: how many warnings there are (their list is in the receipt), or the code of the refusal. */
function textMessage(message: Hl7Message, { refused, warnings }: Verdict): string | undefined {
  if (hasSeverity(message)) return undefined;
  if (refused !== undefined) return refused.code;
  if (warnings.length === 0) return undefined;
  return warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
}

/** HL7 table 0211; a charset that is not in it is named by the content type alone. */
const charsetNames: Readonly<Record<string, string>> = {
  "utf-8": "UNICODE UTF-8",
  "iso-8859-1": "8859/1",
  "iso-8859-15": "8859/15",
};

/**
 * The answer to one message: MSH, MSA and ERR, each ended by CR. What is repeated of the sender's header (applications,
 * control id, processing id, version) is repeated as sent, undecoded, so that it comes back byte for byte.
 *
 * @param now instant of the answer
 * @param controlId our own message control id, of letters and digits
 */
export function acknowledge(message: Hl7Message, verdict: Verdict, now: string, controlId: string): string {
  const { field, component } = message.separators;
  const sent = (number: number) => message.header.fields[number] ?? "";
  const trigger = component === undefined ? undefined : sent(9).split(component)[1]?.trim();
  const type = trigger ? ["ACK", trigger, "ACK"].join(component) : "ACK";
  const msh = [
    "MSH",
    sent(2) || "^~\\&",
    sent(5),
    sent(6),
    sent(3),
    sent(4),
    hl7TimeOf(now),
    "",
    type,
    controlId,
  ];
  msh.push(sent(11), sent(12));
  const msa = ["MSA", codeOf(message, verdict.as), sent(10)];
  const text = textMessage(message, verdict);
  if (text !== undefined) msa.push(text);
  const rest = [msa.join(field), ...errorSegments(message, verdict)];
  const plain = [msh.join(field), ...rest].join("\r");
  const name = charsetNames[message.charset];
  if (name !== undefined && [...plain].some((letter) => letter > "\u007f"))
    msh.push("", "", "", "", "", name);
  return `${[msh.join(field), ...rest].join("\r")}\r`;
}

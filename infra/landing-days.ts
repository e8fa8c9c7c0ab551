/**
 * Days that objects of the landing bucket are kept, by prefix: raw payloads, uploads and refused rows name people and
 * stay as long as a sender may ask for a replay; an export goes after a day. Anything else there, as `registers/` (the
 * keys that a feed's last snapshot held), is state and stays.
 */
export const landingDays = {
  "raw/": 90,
  "uploads/": 90,
  "findings/": 90,
  "references/": 90,
  "exports/": 1,
} as const;

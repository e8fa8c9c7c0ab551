/**
 * The parts of FHIR R4 (4.0.1) that the hub reads, and no more. Each schema is one element: the reader takes a resource
 * element by element, so that a bad one is dropped with its place and the rest is kept (KEEP-02). Elements that are not
 * named here are ignored; they stay in the raw payload.
 */
import * as z from "zod";

/** Ids of resources, COND-09. */
export const fhirIdSchema = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
export const fhirId = (text: string) => fhirIdSchema.safeParse(text).success;

const text = z.string().min(1).max(10_000);
/** An element that only helps to choose: a bad one is as good as none. */
const hint = z.string().optional().catch(undefined);

export const codingSchema = z.object({ system: hint, code: text.optional() });
export type Coding = z.infer<typeof codingSchema>;

export const conceptSchema = z.object({
  coding: z.array(codingSchema.catch({ system: undefined })).default([]),
});
export type Concept = z.infer<typeof conceptSchema>;

/** Extensions as they are; only those with a known address are looked into. */
export const extensionSchema: z.ZodType<Extension> = z.lazy(() =>
  z.object({
    url: z.string(),
    valueCodeableConcept: conceptSchema.optional().catch(undefined),
    valueCoding: codingSchema.optional().catch(undefined),
    valueCode: hint,
    valueString: hint,
    extension: z.array(extensionSchema).optional().catch(undefined),
  }),
);
export interface Extension {
  readonly url: string;
  readonly valueCodeableConcept?: Concept | undefined;
  readonly valueCoding?: Coding | undefined;
  readonly valueCode?: string | undefined;
  readonly valueString?: string | undefined;
  readonly extension?: readonly Extension[] | undefined;
}
const extensions = z.array(extensionSchema).optional().catch(undefined);

export const identifierSchema = z.object({
  use: hint,
  type: conceptSchema.optional().catch(undefined),
  system: text.optional(),
  value: text.max(2000),
  extension: extensions,
  assigner: z
    .object({ identifier: z.object({ value: hint }).optional() })
    .optional()
    .catch(undefined),
});
export type Identifier = z.infer<typeof identifierSchema>;

export const referenceSchema = z
  .object({
    reference: text.optional(),
    identifier: identifierSchema.optional(),
  })
  .refine(({ reference, identifier }) => reference !== undefined || identifier !== undefined);
export type Reference = z.infer<typeof referenceSchema>;

export const humanNameSchema = z.object({
  use: hint,
  family: text.optional(),
  given: z.array(text).optional(),
});
export type HumanName = z.infer<typeof humanNameSchema>;

export const addressSchema = z.object({
  use: hint,
  type: hint,
  line: z.array(text).optional(),
  city: text.optional(),
  district: text.optional(),
  postalCode: text.optional(),
  extension: extensions,
});
export type Address = z.infer<typeof addressSchema>;

export const contactPointSchema = z.object({
  system: text,
  value: text,
  use: hint,
  rank: z.int().positive().optional().catch(undefined),
});
export type ContactPoint = z.infer<typeof contactPointSchema>;

export const linkSchema = z.object({ type: text, other: referenceSchema });
export const diagnosisSchema = z.object({
  condition: referenceSchema,
  rank: z.int().positive().optional().catch(undefined),
});
export const locationSchema = z.object({ location: referenceSchema });

/** Any JSON object: what a resource is before its elements are looked at. */
export type JsonObject = { readonly [name: string]: unknown };
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const resourceSchema = z.custom<Resource>(
  (value) =>
    isObject(value) && typeof value.resourceType === "string" && /^[A-Z][A-Za-z]+$/.test(value.resourceType),
);
export interface Resource extends JsonObject {
  readonly resourceType: string;
}

export const bundleTypes = ["batch", "transaction"] as const;
export const bundleMethods = ["DELETE", "POST", "PUT", "GET"] as const;
export type BundleMethod = (typeof bundleMethods)[number];

/** A page of a search, as a trust's server gives it (PULL-04, PULL-06, PULL-13). */
export const searchPageSchema = z.object({
  resourceType: z.literal("Bundle"),
  type: z.literal("searchset"),
  meta: z.object({ lastUpdated: hint }).optional().catch(undefined),
  link: z
    .array(z.object({ relation: z.string(), url: z.string() }))
    .optional()
    .catch(undefined),
  entry: z
    .array(
      z.object({
        fullUrl: hint,
        resource: resourceSchema.optional(),
        search: z.object({ mode: hint }).optional().catch(undefined),
      }),
    )
    .default([]),
});
export type SearchPage = z.infer<typeof searchPageSchema>;

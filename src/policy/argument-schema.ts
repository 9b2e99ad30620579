/**
 * The schema of an operation's arguments: a strict subset of JSON Schema. A keyword outside the subset is refused instead of
 * ignored (a misspelt `requried` would otherwise validate everything), and patterns must be matchable in linear time.
 */
import { z } from 'zod';
import { patternProblem } from './linear-pattern.ts';

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;
const formats = ['email', 'uri', 'uuid', 'date', 'date-time', 'time', 'hostname', 'ipv4', 'ipv6', 'e164'] as const;
const scalar = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);
const count = z.number().int().min(0).max(1_000_000);

const pattern = z
	.string()
	.max(500)
	.superRefine((given, context) => {
		const problem = patternProblem(given);
		if (problem !== null) context.addIssue({ code: 'custom', message: problem });
	});

/** One schema node. */
export const argumentSchema = z.strictObject({
	type: z.union([z.enum(types), z.array(z.enum(types)).min(1)]).describe('JSON type, or several.'),
	description: z.string().max(500).optional().describe('For people; not used.'),
	enum: z.array(scalar).min(1).max(500).optional().describe('The values allowed.'),
	const: scalar.optional().describe('The one value allowed.'),
	get properties() {
		return z.record(z.string(), argumentSchema).optional().describe('Fields of an object.');
	},
	required: z.array(z.string()).optional().describe('Fields that must be there; each must be among `properties`.'),
	additionalProperties: z.boolean().optional().describe('Whether other fields may be there; true where left out.'),
	get items() {
		return argumentSchema.optional().describe('Elements of an array.');
	},
	minItems: count.optional().describe('Fewest elements.'),
	maxItems: count.optional().describe('Most elements.'),
	uniqueItems: z.boolean().optional().describe('Whether elements must differ.'),
	minLength: count.optional().describe('Shortest string.'),
	maxLength: count.optional().describe('Longest string.'),
	pattern: pattern.optional().describe('Regular expression; only forms that match in linear time.'),
	format: z.enum(formats).optional().describe('A well-known form of a string.'),
	minimum: z.number().optional().describe('Smallest number.'),
	maximum: z.number().optional().describe('Largest number.'),
	exclusiveMinimum: z.number().optional().describe('The number must be above this.'),
	exclusiveMaximum: z.number().optional().describe('The number must be below this.'),
});
export type ArgumentSchema = z.output<typeof argumentSchema>;

/** Compiles to a zod schema. Throws on what zod cannot express; the loader reports that with its line. */
export const compileArguments = (schema: ArgumentSchema): z.ZodType =>
	z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);

/** Paths of required fields that `properties` does not declare, so that nothing could ever satisfy them knowingly. */
export function undeclaredRequired(schema: ArgumentSchema, path: readonly string[] = []): (readonly string[])[] {
	const properties = schema.properties ?? {};
	const found: (readonly string[])[] = [];
	for (const [i, field] of (schema.required ?? []).entries()) {
		if (!Object.hasOwn(properties, field)) found.push([...path, 'required', String(i)]);
	}
	for (const [field, child] of Object.entries(properties))
		found.push(...undeclaredRequired(child, [...path, 'properties', field]));
	if (schema.items !== undefined) found.push(...undeclaredRequired(schema.items, [...path, 'items']));
	return found;
}

/** The fields of a form, as they came. */
import type { Context } from 'hono';

/** Every field by name, with all its values. What cannot be read as a form has no fields: the form's own check then refuses it. */
export async function formBody(context: Context): Promise<Record<string, unknown>> {
	try {
		return await context.req.parseBody({ all: true });
	} catch {
		return {};
	}
}

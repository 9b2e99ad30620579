/** The report in the inbox: the last days, beside as many before them. */
import { Hono } from 'hono';
import { reportData } from '../../engine/report-data.ts';
import { reportOf } from '../../learning/report.ts';
import { reportPage, spans } from './report-page.ts';
import type { Desk } from './routes.ts';

const dayMs = 86_400_000;

export function reportRoutes(desk: Desk): Hono {
	const { engine, tenants } = desk;
	const app = new Hono();
	app.get('/', async (context) => {
		const visit = await desk.reader(context);
		if (visit instanceof Response) return visit;
		const days = spans.find((each) => String(each) === context.req.query('days')) ?? 30;
		const tenant = tenants.find((each) => each === context.req.query('tenant')) ?? tenants[0] ?? 'default';
		const from = visit.now - (days - 1) * dayMs;
		const [now, before] = await Promise.all([
			reportData(engine.store, tenant, { from, to: visit.now }),
			reportData(engine.store, tenant, { from: from - days * dayMs, to: from - dayMs }),
		]);
		return desk.show(context, reportPage(visit, { report: reportOf(now), before: reportOf(before), days, tenants }));
	});
	return app;
}

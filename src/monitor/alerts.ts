/** @file The alerts that were recorded, for whoever lists them. */

import type { AlertTable, Home } from '../store/index.ts';

export interface RecordedAlert {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly kind: AlertTable['kind'];
  readonly createdAt: string;
  readonly message: string;
  readonly reasons: readonly string[];
  readonly window: { readonly rows: number; readonly from: string; readonly to: string };
}

/** Newest first, of one model or of all. */
export async function listAlerts(home: Home, model?: string): Promise<RecordedAlert[]> {
  let query = home.db.selectFrom('alert').selectAll().orderBy('created_at', 'desc').orderBy('id');
  if (model !== undefined) query = query.where('model', '=', model);
  const rows = await query.execute();
  return rows.map(({ id, model: name, version, kind, created_at: createdAt, detail }) => {
    const { message, reasons, window } = JSON.parse(detail) as Pick<RecordedAlert, 'message' | 'reasons' | 'window'>;
    return { id, model: name, version, kind, createdAt, message, reasons, window };
  });
}

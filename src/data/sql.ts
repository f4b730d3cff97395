/** @file Words of SQL that need no engine: literals. */

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** SQL for a value as JSON text. */
export function jsonOf(sql: string): string {
  return `CAST(to_json(${sql}) AS VARCHAR)`;
}

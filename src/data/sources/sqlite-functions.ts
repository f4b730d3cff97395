/** @file The functions that a query of a SQLite file may call: those that compute, and touch nothing. */

/** By their names in a compiled program, in lower case. Random ones are left out: the same query would give other rows. */
export const SQLITE_FUNCTIONS: ReadonlySet<string> = new Set(
  `abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling char coalesce concat concat_ws cos cosh count cume_dist date datetime degrees
  dense_rank exp first_value floor format glob group_concat hex ifnull iif instr json json_array json_array_length json_extract json_group_array
  json_group_object json_object json_quote json_type json_valid -> ->> julianday lag last_value lead length like likelihood likely ln log log10
  log2 lower ltrim max min mod nth_value ntile nullif octet_length percent_rank pi pow power printf quote radians rank replace round row_number
  rtrim sign sin sinh sqrt strftime string_agg subtype substr substring sum tan tanh time timediff total trim trunc typeof unhex unicode unixepoch
  unlikely upper`.split(/\s+/),
);

/** @file The child process that reads foreign Parquet: see `ParquetProcess`. */

import { serveChild } from '../../jobs/index.ts';
import { copyParquet } from './parquet-copy.ts';

serveChild({ handlers: { copyParquet } });

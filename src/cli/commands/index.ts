/** @file The table of commands: one line each, in the order in which help shows them. */

import type { Command } from '../command.ts';
import { dataAdd } from './data-add.ts';
import { dataCheck } from './data-check.ts';
import { dataClean } from './data-clean.ts';
import { dataDiff } from './data-diff.ts';
import { dataLabels } from './data-labels.ts';
import { dataLineage } from './data-lineage.ts';
import { dataList } from './data-list.ts';
import { dataProfile } from './data-profile.ts';
import { dataShow } from './data-show.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { gc } from './gc.ts';
import { init } from './init.ts';
import { label } from './label.ts';
import { models } from './models.ts';
import { monitor } from './monitor.ts';
import { predict } from './predict.ts';
import { promote } from './promote.ts';
import { recipeShow } from './recipe-show.ts';
import { rollback } from './rollback.ts';
import { runs } from './runs.ts';
import { serve } from './serve.ts';
import { train } from './train.ts';

export const commands: readonly Command[] = [
  init,
  dataAdd,
  dataList,
  dataShow,
  dataProfile,
  dataClean,
  dataLabels,
  dataCheck,
  dataDiff,
  dataLineage,
  train,
  runs,
  evaluate,
  predict,
  models,
  promote,
  rollback,
  serve,
  label,
  monitor,
  recipeShow,
  doctor,
  gc,
];

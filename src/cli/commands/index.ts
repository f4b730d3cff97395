/** @file The table of commands: one line each, in the order in which help shows them. A command is loaded when it is asked for. */

import type { Command, CommandEntry } from '../command.ts';

export const commands: readonly CommandEntry[] = [
  entry(
    'init',
    'Write a recipe (moat.yaml) for a file of yours, or copy an example with its data',
    async () => (await import('./init.ts')).init,
  ),
  entry('data add', 'Import a file as a dataset version, named by its content', async () => (await import('./data-add.ts')).dataAdd),
  entry('data list', 'List the dataset versions, newest first', async () => (await import('./data-list.ts')).dataList),
  entry(
    'data show',
    'Show a dataset version: where it came from, its columns, what cleaning did',
    async () => (await import('./data-show.ts')).dataShow,
  ),
  entry(
    'data profile',
    'Profile a dataset or a file: distributions, gaps, copies, leaks, associations, languages, personal data',
    async () => (await import('./data-profile.ts')).dataProfile,
  ),
  entry(
    'data clean',
    'Show what the cleaning steps and the split of a recipe would do: rows and cells touched, with examples; nothing is trained',
    async () => (await import('./data-clean.ts')).dataClean,
  ),
  entry(
    'data labels',
    'Find rows whose label is probably wrong, by models that never saw them and by how labels tend to go wrong',
    async () => (await import('./data-labels.ts')).dataLabels,
  ),
  entry(
    'data check',
    'Check a dataset against its contract (types, ranges, values, gaps, freshness, row counts), or write one',
    async () => (await import('./data-check.ts')).dataCheck,
  ),
  entry(
    'data diff',
    'Compare two dataset versions: schema, rows added, removed and changed, distributions that moved',
    async () => (await import('./data-diff.ts')).dataDiff,
  ),
  entry(
    'data lineage',
    'Where a model comes from: its run, the rows it was trained on, what cleaning did, the files they were read from',
    async () => (await import('./data-lineage.ts')).dataLineage,
  ),
  entry(
    'train',
    'Clean the data, train the candidates, choose on validation, measure on test, register the champion',
    async () => (await import('./train.ts')).train,
  ),
  entry('runs', 'List the runs, or show one', async () => (await import('./runs.ts')).runs),
  entry(
    'evaluate',
    'Show what a model is worth on its test rows, or measure it on a file of yours; writes an HTML report',
    async () => (await import('./evaluate.ts')).evaluate,
  ),
  entry('predict', 'Ask a model about a row, or about every row of a file', async () => (await import('./predict.ts')).predict),
  entry('models', 'List the registered models, or the versions of one', async () => (await import('./models.ts')).models),
  entry('promote', 'Let a version of a model answer from now on', async () => (await import('./promote.ts')).promote),
  entry('rollback', 'Let the version answer again that was champion before', async () => (await import('./rollback.ts')).rollback),
  entry(
    'serve',
    'Answer over HTTP: KServe v1, Open Inference Protocol v2, metrics, the API',
    async () => (await import('./serve.ts')).serve,
  ),
  entry('label', 'Say what really happened to something that was predicted', async () => (await import('./label.ts')).label),
  entry(
    'monitor',
    'Compare recent predictions with the reference, measure live quality, show alerts',
    async () => (await import('./monitor.ts')).monitor,
  ),
  entry(
    'recipe show',
    'Print a recipe with every default filled in, or the JSON Schema of recipes',
    async () => (await import('./recipe-show.ts')).recipeShow,
  ),
  entry(
    'doctor',
    'Check the machine, the home folder and every stored file against its digest',
    async () => (await import('./doctor.ts')).doctor,
  ),
  entry(
    'gc',
    'Free the files that nothing names: of interrupted runs, refused imports, checkpoints that were replaced',
    async () => (await import('./gc.ts')).gc,
  ),
];

function entry(name: string, summary: string, load: () => Promise<Command>): CommandEntry {
  return { name, summary, load };
}

/** @file The process that holds one artifact: it opens the very file that was evaluated and answers batches. All encoding and arithmetic happen here. */

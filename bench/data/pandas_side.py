"""One stage of the bench in pandas, as its documentation teaches it. Needs Debian's python3-pandas."""

import json
import resource
import sys
import time

import numpy as np
import pandas as pd

stage, folder = sys.argv[1:3]
# where memory runs out, it is this process that goes, and the bench says so
with open("/proc/self/oom_score_adj", "w") as score:
    score.write("1000")
NUMBERS = ["amount", "balance", "age", "visits", "score", "latitude", "rating", "income"]
WORDS = ["channel", "region", "product", "priority"]
COMPARED = NUMBERS + WORDS + ["subscribed", "returned", "churned", "created_at", "born", "message"]


def load(name):
    return pd.read_pickle(f"{folder}/{name}.pkl")


def import_():
    rows = pd.read_csv(f"{folder}/rows.csv", parse_dates=["created_at", "born"])
    rows.to_pickle(f"{folder}/raw.pkl")


def profile():
    rows = load("raw")
    rows.count(), rows.nunique(), rows.describe()
    for name in NUMBERS:
        rows[name].quantile([0.05, 0.25, 0.5, 0.75, 0.95])
        np.histogram(rows[name].dropna(), bins=20)
    for name in WORDS + ["subscribed", "returned", "churned"]:
        rows[name].value_counts().head(20)
    rows["message"].str.len().describe()
    rows.duplicated(subset=COMPARED).sum()


def clean_and_split():
    rows = load("raw")
    rows["message"] = rows["message"].str.replace(r"\s+", " ", regex=True).str.strip()
    rows["channel"] = rows["channel"].replace({"phone": "call"})
    rows["income"] = rows["income"].clip(upper=10_000)
    rows["amount"] = rows["amount"].clip(lower=0)
    rows = rows.drop_duplicates(subset=COMPARED)
    drawn = np.random.default_rng(7).random(len(rows))
    train = rows[drawn < 0.7]
    fill = {"amount": train["amount"].median(), "score": train["score"].mean(), "product": train["product"].mode()[0]}
    parts = {"train": train, "validation": rows[(drawn >= 0.7) & (drawn < 0.8)], "test": rows[drawn >= 0.8]}
    for name, part in parts.items():
        part.fillna(fill).to_pickle(f"{folder}/{name}.pkl")


def batches():
    train = load("train")
    numbers = (train[NUMBERS] - train[NUMBERS].mean()) / train[NUMBERS].std(ddof=0)
    features = pd.concat([numbers] + [train[name].astype("category").cat.codes for name in WORDS], axis=1).to_numpy(np.float32)
    order = np.random.default_rng(7).permutation(len(features))
    for start in range(0, len(order), 256):
        features[order[start : start + 256]].sum()


started, before = time.perf_counter(), time.process_time()
{"import": import_, "profile": profile, "clean and split": clean_and_split, "batches": batches}[stage]()
seconds, processor = time.perf_counter() - started, time.process_time() - before
print(json.dumps({"seconds": seconds, "processorSeconds": processor, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))

"""PyTorch's side of the benchmark: the networks of ../networks.ts, trained with Adam, as many steps at a time as it is told.

    /usr/bin/python3 bench/peers/pytorch.py NETWORK THREADS

Reads numbers of steps from standard input, one a line; answers each with a line of JSON, as moat.ts does.
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Lambda(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Sentiment(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10_000, 32)
        self.lstm = nn.LSTM(32, 64, batch_first=True)
        self.head = nn.Linear(64, 1)

    def forward(self, x):
        _, (hidden, _) = self.lstm(self.embedding(x))
        return self.head(hidden[0])


class Encoder(nn.Module):
    def __init__(self, width=128, length=64, depth=2):
        super().__init__()
        self.embedding = nn.Embedding(1000, width)
        self.positions = nn.Parameter(0.02 * torch.randn(length, width))
        block = nn.TransformerEncoderLayer(width, 4, 512, dropout=0.0, batch_first=True)
        self.blocks = nn.TransformerEncoder(block, depth)
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(self.blocks(self.embedding(x) + self.positions).mean(1))


class CausalAttention(nn.Module):
    """One product for the queries, keys and values, as in nanoGPT."""

    def __init__(self, width, heads, length):
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.register_buffer("hidden", torch.triu(torch.ones(length, length, dtype=torch.bool), 1))

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.project(x).split(width, dim=2)
        )
        scores = q @ k.transpose(2, 3) * (width // self.heads) ** -0.5
        weights = F.softmax(scores.masked_fill(self.hidden, float("-inf")), dim=-1)
        return self.output((weights @ v).transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):
    def __init__(self, width, heads, length):
        super().__init__()
        self.attention = nn.Sequential(nn.LayerNorm(width), CausalAttention(width, heads, length))
        self.mlp = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(x)
        return x + self.mlp(x)


class CharacterGpt(nn.Module):
    def __init__(self, width=128, length=64, depth=4):
        super().__init__()
        self.embedding = nn.Embedding(65, width)
        self.positions = nn.Parameter(0.02 * torch.randn(length, width))
        self.blocks = nn.Sequential(*(Block(width, 4, length) for _ in range(depth)))
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 65))

    def forward(self, x):
        return self.head(self.blocks(self.embedding(x) + self.positions))


def binary(z, y):
    return F.binary_cross_entropy_with_logits(z.squeeze(1), y.float())


def classes(z, y):
    return F.cross_entropy(z.reshape(-1, z.shape[-1]), y.reshape(-1))


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


def cnn():
    block = lambda given, filters: [nn.Conv2d(given, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    head = [nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10)]
    return nn.Sequential(Lambda(lambda x: x.view(-1, 1, 28, 28)), *block(1, 32), *block(32, 64), *head)


# name: network, loss, features of a batch, targets of a batch
NETWORKS = {
    "a": (lambda: nn.Sequential(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2)), classes, lambda: torch.randn(32, 3), lambda: torch.randint(2, (32,))),
    "a2": (lambda: nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 1)), binary, lambda: torch.randn(32, 20), lambda: torch.randint(2, (32,))),
    "b": (mlp, classes, lambda: torch.randn(128, 784), lambda: torch.randint(10, (128,))),
    "c": (Sentiment, binary, lambda: torch.randint(10_000, (32, 80)), lambda: torch.randint(2, (32,))),
    "d": (cnn, classes, lambda: torch.randn(64, 784), lambda: torch.randint(10, (64,))),
    "e": (Encoder, classes, lambda: torch.randint(1000, (32, 64)), lambda: torch.randint(2, (32,))),
    "f": (CharacterGpt, classes, lambda: torch.randint(65, (12, 64)), lambda: torch.randint(65, (12, 64))),
}


def main():
    name, threads = sys.argv[1:3]
    torch.set_num_threads(int(threads))
    # a small fixed set of batches is soon learned by heart, and vanishing gradients are slow unless they count as zero; Moat treats them so
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    make, loss_of, features, targets = NETWORKS[name]
    batches = [(features(), targets()) for _ in range(8)]
    network = make()
    optimizer = torch.optim.Adam(network.parameters())
    print(json.dumps({"version": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}), flush=True)
    step = 0
    for line in sys.stdin:
        began, began_cpu = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            x, y = batches[step % len(batches)]
            step += 1
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(network(x), y)
            loss.backward()
            optimizer.step()
            value = loss.item()
        ms, cpu_ms = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - began_cpu)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": ms, "cpuMs": cpu_ms, "loss": value, "peakMiB": peak}), flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""GN2 in Python PyTorch as salt trains it: jets padded to 40 tracks, masked attention, all three tasks, Adam.

usage: gn2_torch.py BATCH WIDTH STEPS [cuda]   prints "parameters seconds megabytes": CPU seconds of all steps, peak memory;
                                               on a CUDA device, which keeps the batch, seconds on the clock

BATCH is a file of little-endian numbers, written by bench_trainer: jets, inputs, tracks (int64); offsets (int64);
tokens (float32); flavour per jet, origin and vertex per track (int64).
"""
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

TRACKS = 40


def read_batch(path):
    data = bytearray(open(path, "rb").read())
    jets, inputs, tracks = torch.frombuffer(data, dtype=torch.int64, count=3).tolist()
    place = 24

    def take(dtype, count):
        nonlocal place
        values = torch.frombuffer(data, dtype=dtype, count=count, offset=place)
        place += count * values.element_size()
        return values

    offsets = take(torch.int64, jets + 1)
    tokens = take(torch.float32, tracks * inputs).view(tracks, inputs)
    flavour = take(torch.int64, jets)
    origin = take(torch.int64, tracks)
    vertex = take(torch.int64, tracks)
    count = offsets[1:] - offsets[:-1]
    valid = torch.arange(TRACKS)[None, :] < count[:, None]

    def pad(values, fill):
        padded = torch.full((jets, TRACKS) + values.shape[1:], fill, dtype=values.dtype)
        padded[valid] = values
        return padded

    return pad(tokens, 0), valid, flavour, pad(origin, -1), pad(vertex, -2)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.feedforward = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))

    def forward(self, x, mask):
        jets, tracks, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(jets, tracks, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(2, 3) * (width // self.heads) ** -0.5
        attention = torch.softmax(scores.masked_fill(mask, -1e9), 3) @ v
        x = x + self.out(attention.transpose(1, 2).reshape(jets, tracks, width))
        return x + self.feedforward(self.norm2(x))


def head(inputs, outputs):
    sizes = [inputs, 128, 64, 32]
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(32, outputs))


class Gn2(nn.Module):
    def __init__(self, inputs, width, heads=8, layers=4, out=128):
        super().__init__()
        self.initial = nn.Sequential(nn.Linear(inputs, 256), nn.ReLU(), nn.Linear(256, width))
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.readout = nn.Linear(width, out)
        self.gate = nn.Linear(out, 1)
        self.jets, self.origin, self.vertex = head(out, 3), head(2 * out, 8), head(3 * out, 1)

    def forward(self, tokens, valid):
        mask = ~valid[:, None, None, :]
        x = self.initial(tokens)
        for block in self.blocks:
            x = block(x, mask)
        x = self.readout(self.norm(x))
        weights = torch.softmax(self.gate(x).masked_fill(~valid[..., None], -1e9), 1)
        pooled = (weights * x).sum(1)
        tracks = x.shape[1]
        context = pooled[:, None, :].expand(-1, tracks, -1)
        origin = self.origin(torch.cat([x, context], 2))
        pairs = valid[:, :, None] & valid[:, None, :] & ~torch.eye(tracks, dtype=torch.bool, device=x.device)
        shape = (-1, tracks, tracks, -1)
        edges = torch.cat([x[:, :, None, :].expand(shape)[pairs], x[:, None, :, :].expand(shape)[pairs],
                           pooled[:, None, None, :].expand(shape)[pairs]], 1)
        return self.jets(pooled), origin, self.vertex(edges).squeeze(1), pairs


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    device = sys.argv[4] if len(sys.argv) > 4 else "cpu"
    tokens, valid, flavour, origin, vertex = (tensor.to(device) for tensor in read_batch(sys.argv[1]))
    model = Gn2(tokens.shape[2], int(sys.argv[2])).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)

    def step():
        jets, origins, vertices, pairs = model(tokens, valid)
        same = (vertex[:, :, None] == vertex[:, None, :])[pairs] & (vertex[:, :, None].expand_as(pairs)[pairs] >= 0)
        heavy = ((origin >= 3) & (origin <= 5)).int() - (origin == 1).int()
        weights = 1 + (heavy[:, :, None] & heavy[:, None, :])[pairs]
        of_pairs = F.binary_cross_entropy_with_logits(vertices, same.float(), weights, reduction="sum")
        loss = (F.cross_entropy(jets, flavour)
                + 0.5 * F.cross_entropy(origins.transpose(1, 2), origin, ignore_index=-1)
                + 1.5 * of_pairs / same.sum())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    def seconds():
        if device == "cpu":
            return time.process_time()
        torch.cuda.synchronize()
        return time.perf_counter()

    for _ in range(1 if device == "cpu" else 5):
        step()
    start = seconds()
    for _ in range(int(sys.argv[3])):
        step()
    spent = seconds() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(sum(p.numel() for p in model.parameters()), spent, peak)


main()

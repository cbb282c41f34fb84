#!/usr/bin/env python3
"""Trains the adapter of the English embedding model on what callers say (../sayings), so that a saying lies near the service or the question it means.

    pip install -r requirements.txt
    train.py --weights all-mpnet-base-v2 --out ../../../models/build/mpnetconv/adapter [--leave-out tyre-shop,barber] [--epochs 2]

The weights folder holds the publisher's model.safetensors and tokenizer.json: the zip whose parts models/manifest.toml names. Ten minutes to prepare, some ten
seconds a trade and epoch on two cores. models/build/mpnetconv/adapter.go reads the result; then `frontdesk models fetch` says the new hash of the converted
file for the manifest, and the heads are fitted anew.

What is trained (LoRA, Hu et al. 2021): two narrow matrices beside each matrix of the last four of twelve layers. One step is one trade: each saying is to be
nearer to one of the texts of what it means than to those of all else that the business has, or, where it means nothing of them, farther from all than a
threshold that is learned too. The judged turns (../corpus) are not looked at.
"""
import argparse, base64, glob, json, os, pickle, random, re, time, tomllib
from functools import partial
import jax, jax.numpy as jnp, numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

LAYERS, FIRST, HEADS, WIDTH, INNER = 12, 8, 12, 768, 3072  # of MPNet base; FIRST is the first layer with an adapter
RANK, GAIN = 8, 2.0
BUCKETS = ((10, 64), (14, 72), (20, 80), (30, 56))  # texts of a step by their length in pieces, and how many
ITEMS, TEXTS, SAYINGS = 36, 176, 208  # the most of a trade
SHARP = 30.0  # how much the nearest text of an item counts before the others
MATRICES = {"attention.attn.q": (WIDTH, WIDTH), "attention.attn.k": (WIDTH, WIDTH), "attention.attn.v": (WIDTH, WIDTH), "attention.attn.o": (WIDTH, WIDTH),
            "intermediate.dense": (WIDTH, INNER), "output.dense": (INNER, WIDTH)}


class Model:
    """The publisher's weights, split at FIRST: what lies below is computed once."""

    def __init__(self, folder):
        w = load_file(os.path.join(folder, "model.safetensors"))
        self.tokens = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.tokens.no_padding()
        self.words, self.places = w["embeddings.word_embeddings.weight"], w["embeddings.position_embeddings.weight"]
        self.norm = tuple(jnp.asarray(w["embeddings.LayerNorm." + p]) for p in ("weight", "bias"))
        self.near = w["encoder.relative_attention_bias.weight"]
        self.layers = []
        for i in range(LAYERS):
            p = f"encoder.layer.{i}."
            layer = {n: (jnp.asarray(w[p + n + ".weight"]).T, jnp.asarray(w[p + n + ".bias"])) for n in MATRICES}
            for n in ("attention.LayerNorm", "output.LayerNorm"):
                layer[n] = (jnp.asarray(w[p + n + ".weight"]), jnp.asarray(w[p + n + ".bias"]))
            self.layers.append(layer)

    def pieces(self, text):
        return self.tokens.encode(text).ids[:BUCKETS[-1][0]]

    def bias(self, length):
        """The bias of each head by the distance of two places, as the publisher counts it."""
        at = np.arange(length)
        far = at[None, :] - at[:, None]
        side, far, half = (far > 0) * 16, np.abs(far), 8
        wide = np.minimum(half + (np.log(np.maximum(far, 1) / half) / np.log(128 / half) * half).astype(int), 15)
        return jnp.asarray(self.near[side + np.where(far < half, far, wide)].transpose(2, 0, 1)[None])

    def embedded(self, ids, mask):
        place = (np.cumsum(mask, 1) * mask + 1).astype(int)
        return layer_norm(jnp.asarray(self.words[ids] + self.places[place]), self.norm)

    @partial(jax.jit, static_argnums=(0, 4, 5))
    def run(self, x, mask, adapter, first, last):
        bias = self.bias(x.shape[1])
        for i in range(first, last):
            x = block(x, mask, bias, self.layers[i], adapter.get(str(i), {}))
        return x


def layer_norm(x, p):
    mean = x.mean(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-5) * p[0] + p[1]


def block(x, mask, bias, layer, adapter):
    n, length, _ = x.shape

    def times(name, x):
        y = x @ layer[name][0] + layer[name][1]
        if name in adapter:
            y = y + x @ adapter[name][0] @ adapter[name][1] * GAIN
        return y

    def heads(name):
        return times("attention.attn." + name, x).reshape(n, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

    q, k, v = heads("q"), heads("k"), heads("v")
    likely = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) / (WIDTH // HEADS) ** 0.5 + bias + (1 - mask[:, None, None, :]) * -1e9, -1)
    attended = (likely @ v).transpose(0, 2, 1, 3).reshape(n, length, WIDTH)
    x = layer_norm(times("attention.attn.o", attended) + x, layer["attention.LayerNorm"])
    return layer_norm(times("output.dense", jax.nn.gelu(times("intermediate.dense", x), approximate=False)) + x, layer["output.LayerNorm"])


def sentences(text):
    return [s.strip() for s in re.split(r"(?<=[.!?])\s+", text or "") if s.strip()]


class Trade:
    """What one business has, in the texts by which it is found, and what its callers say."""

    def __init__(self, file):
        with open(file, "rb") as f:
            t = tomllib.load(f)
        self.name = os.path.basename(file)[:-len(".toml")]
        self.items, self.says = [], []  # texts of each item; (saying, item or None)
        for s in t["services"]:
            names = [s["name"], *s["also"]]
            self.says += [(x, len(self.items)) for x in s["price"] + s["offered"]]
            self.items.append(names + [f"How much is {n}?" for n in names] + [f"Do you offer {names[0]}?"] + sentences(s["description"]))
        for a in t["answers"]:
            self.says += [(x, len(self.items)) for x in a["says"]]
            self.items.append([a["question"]] + sentences(a["reply"]))
        self.says += [(x, None) for x in t["unknown"]]
        self.texts = [x for i in self.items for x in i]
        self.owners = [i for i, texts in enumerate(self.items) for _ in texts]

    def prepare(self, model, folder):
        """Runs the layers that do not change, or takes from the folder what they gave before."""
        texts = self.texts + [s for s, _ in self.says]
        kept = os.path.join(folder, self.name + ".pickle") if folder else None
        if kept and os.path.exists(kept):
            with open(kept, "rb") as f:
                before, self.below = pickle.load(f)
            if before == texts:
                return
        pieces = [model.pieces(x) for x in texts]
        self.below = [None] * len(texts)
        for length, _ in BUCKETS:
            todo = [i for i, p in enumerate(pieces) if self.below[i] is None and len(p) <= length]
            for at in range(0, len(todo), 64):
                some = todo[at:at + 64]
                ids, mask = np.ones((64, length), np.int32), np.zeros((64, length), np.float32)
                mask[:, 0] = 1
                for row, i in enumerate(some):
                    ids[row, :len(pieces[i])], mask[row, :len(pieces[i])] = pieces[i], 1
                out = np.asarray(model.run(model.embedded(ids, mask), jnp.asarray(mask), {}, 0, FIRST))
                for row, i in enumerate(some):
                    self.below[i] = out[row, :len(pieces[i])].astype(np.float16)
        if kept:
            with open(kept, "wb") as f:
                pickle.dump((texts, self.below), f)

    def batch(self, rng):
        """All texts and as many sayings as there is room for, in buckets."""
        says = list(range(len(self.says)))
        rng.shuffle(says)
        inside = [[] for _ in BUCKETS]
        for i in list(range(len(self.texts))) + [len(self.texts) + s for s in says]:
            for (length, room), b in zip(BUCKETS, inside):
                if len(self.below[i]) <= length and len(b) < room:
                    b.append(i)
                    break
            else:
                if i < len(self.texts):
                    raise SystemExit(f"{self.name}: its texts do not fit into the buckets")
        groups, place, before = [], {}, 0
        for (length, room), b in zip(BUCKETS, inside):
            x, mask = np.zeros((room, length, WIDTH), np.float16), np.zeros((room, length), np.float32)
            mask[:, 0] = 1
            for row, i in enumerate(b):
                x[row, :len(self.below[i])], mask[row, :len(self.below[i])] = self.below[i], 1
                place[i] = before + row
            groups.append((x, mask))
            before += room
        at, owner = np.zeros(TEXTS + SAYINGS, int), np.full(TEXTS, -1)
        want, weight = np.zeros((SAYINGS, ITEMS + 1), np.float32), np.zeros(SAYINGS, np.float32)
        owner[:len(self.owners)] = self.owners
        at[:len(self.texts)] = [place[i] for i in range(len(self.texts))]
        for row, s in enumerate([s for s in says if len(self.texts) + s in place][:SAYINGS]):
            item = self.says[s][1]
            at[TEXTS + row] = place[len(self.texts) + s]
            want[row, ITEMS if item is None else item] = 1
            weight[row] = 0.5 if item is None else 1
        return groups, at, owner, want, weight


def loss(model, p, groups, at, owner, want, weight):
    vectors = []
    for x, mask in groups:
        v = (model.run(x.astype(jnp.float32), mask, p["adapter"], FIRST, LAYERS) * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        vectors.append(v / jnp.linalg.norm(v, axis=-1, keepdims=True))
    v = jnp.concatenate(vectors)[at]
    cosines = v[TEXTS:] @ v[:TEXTS].T
    items = jnp.log(jnp.exp(SHARP * (cosines - 1)) @ jax.nn.one_hot(owner, ITEMS) + 1e-12) / SHARP + 1  # nearly the nearest text of each
    scale = jnp.exp(p["scale"])
    scores = jnp.concatenate([scale * items, jnp.broadcast_to(scale * p["none"], (SAYINGS, 1))], 1)
    right = jax.nn.logsumexp(jax.nn.log_softmax(scores) + jnp.log(want + 1e-9), axis=1)
    return -(right * weight).sum() / weight.sum()


def train(model, trades, epochs, rate, rng):
    key = jax.random.PRNGKey(0)
    adapter = {}
    for i in range(FIRST, LAYERS):
        adapter[str(i)] = {}
        for n, (a, b) in MATRICES.items():
            key, k = jax.random.split(key)
            adapter[str(i)][n] = (jax.random.normal(k, (a, RANK)) / a ** 0.5, jnp.zeros((RANK, b)))
    p = {"adapter": adapter, "scale": jnp.array(np.log(25.0)), "none": jnp.array(0.45)}
    first = second = jax.tree.map(jnp.zeros_like, p)
    slope = jax.jit(jax.value_and_grad(partial(loss, model)))

    @jax.jit
    def move(p, g, first, second, step, rate):
        norm = jnp.sqrt(sum(jnp.sum(x * x) for x in jax.tree.leaves(g)))
        g = jax.tree.map(lambda x: x * jnp.minimum(1, 1 / norm), g)
        first = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, first, g)
        second = jax.tree.map(lambda a, b: 0.99 * a + 0.01 * b * b, second, g)
        p = jax.tree.map(lambda x, a, b: x - rate * (a / (1 - 0.9 ** step)) / (jnp.sqrt(b / (1 - 0.99 ** step)) + 1e-8), p, first, second)
        return p, first, second

    step, steps, begun, recent = 0, epochs * len(trades), time.time(), []
    for _ in range(epochs):
        rng.shuffle(trades)
        for t in trades:
            step += 1
            value, g = slope(p, *t.batch(rng))
            p, first, second = move(p, g, first, second, float(step), rate * min(1, step / 10) * (1 - step / (steps + 1)))
            recent = (recent + [float(value)])[-10:]
            print(f"\r{step} of {steps}: loss {np.mean(recent):.3f}, {time.time() - begun:.0f} s", end="", flush=True)
    print(f"\nlikenessStep {float(jnp.exp(p['scale'])):.1f} and noneLikeness {float(p['none']):.3f} belong into ../items.go")
    return p["adapter"]


def save(adapter, folder):
    """Writes whole numbers of 8 bits, with one scale for each rank, a file a layer."""
    for i, layer in adapter.items():
        out = {}
        for name, (down, up) in layer.items():
            down, up = np.asarray(down).T, np.asarray(up).T * GAIN  # rank × columns, rows × rank
            by_down, by_up = np.abs(down).max(1) / 127, np.maximum(np.abs(up).max(0), 1e-12) / 127
            out[name] = {"up": numbers(up / by_up[None, :]), "scale": [float(f"{x:.6g}") for x in by_down * by_up], "down": numbers(down / by_down[:, None])}
        with open(os.path.join(folder, f"layer-{i}.json"), "w") as f:
            json.dump(out, f, indent=1)
            f.write("\n")


def numbers(x):
    return base64.b64encode(np.round(x).astype(np.int8).tobytes()).decode()


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--weights", required=True)
    a.add_argument("--out", required=True)
    a.add_argument("--leave-out", default="", help="trades that are not trained on")
    a.add_argument("--keep", default="", help="a folder for what the lower layers give, 10 MB a trade: a second run begins at once")
    a.add_argument("--epochs", type=int, default=2)
    a.add_argument("--rate", type=float, default=1e-3)
    o = a.parse_args()
    model = Model(o.weights)
    out = o.leave_out.split(",")
    trades = [Trade(f) for f in sorted(glob.glob(os.path.join(here, "../sayings/*.toml"))) if not os.path.basename(f).startswith("de-")]
    trades = [t for t in trades if t.name not in out]
    for i, t in enumerate(trades):
        t.prepare(model, o.keep)
        print(f"\rprepared {i + 1} of {len(trades)}", end="", flush=True)
    print()
    save(train(model, trades, o.epochs, o.rate, random.Random(0)), o.out)


if __name__ == "__main__":
    main()
